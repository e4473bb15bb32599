"""Pictures for mail and web: from any format that editors have to the sizes that are used."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from digest.model import PictureFile

MOST_PIXELS: Final = 60_000_000
"""Pixels of the largest picture that is opened: what is larger is an error, or an attack."""

_TOO_LARGE: Final = f"has more than {MOST_PIXELS // 1_000_000} million pixels; make it smaller"
_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")
_PHOTOS: Final = ("JPEG", "MPO")  # MPO: the JPEG of phones, with a second picture in it
_JPEG_QUALITY: Final = 82
_DRAWING_COLOURS: Final = 4096  # a picture with no more is a drawing or screenshot: PNG keeps its edges
_PALETTE: Final = 256  # a drawing that had no more keeps to a palette in each size: a third of the bytes
_SMALL_ANIMATION: Final = 300_000  # bytes of an animated GIF that goes into a mail as it is
_HEIC: Final = re.compile(rb"....ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL)
_SVG: Final = re.compile(rb"\s*(?:<\?xml.*?\?>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]", re.DOTALL)


def prepare(data: bytes, *, widths: Sequence[int]) -> tuple[tuple[PictureFile, bytes], ...]:
    """A picture in each of the widths (pixels) that it has, the narrowest first; never enlarged.

    JPEG stays JPEG; other formats become PNG where they have transparency or few colours, else JPEG. The
    camera's rotation is applied, colours are turned into sRGB, metadata is dropped. An animated GIF stays
    whole if it is small, else its first frame is taken. Names are the hash of the bytes and the width. Same
    bytes in, same bytes out.

    Raises:
        ValueError: with a sentence for the editor: not a picture, SVG, HEIC, damaged, or too large.
    """
    image = _opened(data)
    if _is_small_animation(image, data):
        return (_named(data, image.size, "gif"),)
    loaded = _loaded(image, max(widths))
    palette = loaded.mode == "RGB" and loaded.getcolors(_PALETTE) is not None
    lossless = image.format not in _PHOTOS and _is_drawing(loaded)
    wanted = sorted({min(width, loaded.width) for width in widths})
    sizes = (_resized(loaded, width) for width in wanted)
    return tuple(_png(each, palette=palette) if lossless else _jpeg(each) for each in sizes)


def _opened(data: bytes) -> Image.Image:
    """The picture's header, read and judged before a pixel is."""
    if _HEIC.match(data[:16]):
        raise ValueError("is a HEIC photo, which mail programs cannot show; save it as JPEG")
    if _SVG.match(data[:4096].removeprefix(b"\xef\xbb\xbf")):
        raise ValueError("is an SVG drawing, which mail programs do not show; save it as PNG")
    with _foreign_bytes():
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise ValueError(_TOO_LARGE)
    return image


@contextmanager
def _foreign_bytes() -> Iterator[None]:
    """Turn whatever a decoder raises into a sentence; decoders raise all there is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size is judged by us; odd metadata is dropped anyway
            yield
    except Image.DecompressionBombError:
        raise ValueError(_TOO_LARGE) from None
    except UnidentifiedImageError:
        raise ValueError("is not a picture in a format that we know (JPEG, PNG, GIF, WebP, AVIF)") from None
    except Exception as error:
        raise ValueError(f"is a damaged picture: {str(error).strip() or type(error).__name__}") from error


def _is_small_animation(image: Image.Image, data: bytes) -> bool:
    with _foreign_bytes():
        return image.format == "GIF" and getattr(image, "n_frames", 1) > 1 and len(data) <= _SMALL_ANIMATION


def _loaded(image: Image.Image, largest: int) -> Image.Image:
    """The pixels: upright, in sRGB, as RGB or RGBA; of a large JPEG a fraction that is large enough."""
    with _foreign_bytes():
        image.draft(image.mode, (largest, largest))
        return _in_srgb(ImageOps.exif_transpose(image), image.info.get("icc_profile"))


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits a channel: the upper 8 are shown
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        image = _converted(image, profile)
    alpha = "A" in image.getbands() or "transparency" in image.info
    rgba = image.convert("RGBA") if alpha else image.convert("RGB")
    return rgba if alpha and rgba.getchannel("A").getextrema() != (255, 255) else rgba.convert("RGB")


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    """The picture in sRGB; as it is where its colour profile is broken or of another kind."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        found = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return found or image


def _is_drawing(image: Image.Image) -> bool:
    """Whether PNG serves it better: it has transparency, or few colours."""
    return image.mode == "RGBA" or image.getcolors(_DRAWING_COLOURS) is not None


def _resized(image: Image.Image, width: int) -> Image.Image:
    if width == image.width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _png(image: Image.Image, *, palette: bool) -> tuple[PictureFile, bytes]:
    if palette:
        image = image.quantize(_PALETTE, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return _saved(image, "PNG", "png", optimize=True)


def _jpeg(image: Image.Image) -> tuple[PictureFile, bytes]:
    return _saved(image.convert("RGB"), "JPEG", "jpg", quality=_JPEG_QUALITY, progressive=True, optimize=True)


def _saved(image: Image.Image, kind: str, extension: str, **settings: int) -> tuple[PictureFile, bytes]:
    image.info.clear()  # no profile, comment or resolution goes along
    buffer = io.BytesIO()
    image.save(buffer, kind, **settings)
    return _named(buffer.getvalue(), image.size, extension)


def _named(data: bytes, size: tuple[int, int], extension: str) -> tuple[PictureFile, bytes]:
    name = f"{hashlib.sha256(data).hexdigest()[:16]}-{size[0]}.{extension}"
    return PictureFile(name=name, width=size[0], height=size[1]), data
