"""Pure text: what several stages need to know of words, tags, widths and languages."""
