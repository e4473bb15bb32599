"""Pictures in the sizes that are used."""

import hashlib
import io
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from digest.render import pictures
from digest.render.pictures import prepare

WIDTHS = (380, 600, 1200)


def photo(width=1600, height=900, mode="RGB"):
    """A picture with as many colours as a photo."""
    gradient = Image.radial_gradient("L").resize((width, height), Image.Resampling.BICUBIC)
    other = Image.linear_gradient("L").resize((width, height), Image.Resampling.BICUBIC)
    image = Image.merge("RGB", (gradient, other, gradient.rotate(90)))
    return image.convert(mode)


def drawing(width=800, height=400, mode="RGB", ink=(20, 20, 20)):
    """A picture of two colours."""
    image = Image.new("RGB", (width, height), (255, 250, 240))
    image.paste(ink, (100, 100, 300, 200))
    return image.convert(mode)


def encoded(image, kind, **values):
    buffer = io.BytesIO()
    image.save(buffer, kind, **values)
    return buffer.getvalue()


def opened(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_a_photo_in_each_width():
    """JPEG stays JPEG, progressive, in proportion, the narrowest first, named by its bytes."""
    made = prepare(encoded(photo(), "JPEG", quality=95), widths=(1200, 380, 600))
    assert [(file.width, file.height) for file, _ in made] == [(380, 214), (600, 338), (1200, 675)]
    for file, data in made:
        image = opened(data)
        assert (image.format, image.size, image.info["progressive"]) == ("JPEG", (file.width, file.height), 1)
        assert file.name == f"{hashlib.sha256(data).hexdigest()[:16]}-{file.width}.jpg"


def test_nothing_is_enlarged():
    """A small picture comes once, in its own size."""
    ((file, _),) = prepare(encoded(photo(300, 200), "JPEG"), widths=WIDTHS)
    assert (file.width, file.height) == (300, 200)
    assert [file.width for file, _ in prepare(encoded(photo(500, 200), "JPEG"), widths=WIDTHS)] == [380, 500]


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "PNG", "TIFF", "BMP"])
def test_photos_in_other_formats_become_jpeg(kind):
    """Mail programs show neither WebP nor AVIF; a photo as PNG is too large."""
    ((file, data),) = prepare(encoded(photo(), kind), widths=(600,))
    assert file.name.endswith(".jpg")
    assert opened(data).format == "JPEG"


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_drawings_become_png(kind):
    """Few colours: edges stay sharp."""
    values = {"lossless": True} if kind == "WEBP" else {}
    ((file, data),) = prepare(encoded(drawing(), kind, **values), widths=(600,))
    assert file.name.endswith(".png")
    assert opened(data).convert("RGB").getpixel((5, 5)) == (255, 250, 240)


def test_a_drawing_keeps_to_a_palette():
    """Exact in its own size, and a fraction of the bytes in a smaller one."""
    image = drawing(800, 400).rotate(5, Image.Resampling.BICUBIC, fillcolor=(255, 250, 240)).quantize(200)
    (_, small), (_, whole) = prepare(encoded(image, "PNG"), widths=(600, 800))
    assert opened(small).mode == opened(whole).mode == "P"
    assert opened(whole).convert("RGB").tobytes() == image.convert("RGB").tobytes()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_transparency_is_kept(kind):
    """Whatever the number of colours; a picture that is opaque everywhere has no use for it."""
    image = photo(700, 400).convert("RGBA")
    ((opaque, _),) = prepare(encoded(image, kind), widths=(600,))
    assert opaque.name.endswith(".jpg")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    ((file, data),) = prepare(encoded(image, kind), widths=(600,))
    assert file.name.endswith(".png")
    assert opened(data).mode == "RGBA"


def test_a_transparent_colour_of_a_palette_is_transparency():
    """GIF and palette PNG have it as one of their colours."""
    image = Image.new("P", (50, 50), 0)
    image.putpalette([0, 0, 0, 255, 255, 255])
    image.paste(1, (10, 10, 20, 20))
    ((_, data),) = prepare(encoded(image, "PNG", transparency=0), widths=(600,))
    assert opened(data).getpixel((0, 0))[3] == 0


def test_the_cameras_rotation_is_applied_and_metadata_dropped():
    """No place, no owner, no thumbnail goes out with a photo."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Maker of the secret camera"
    data = encoded(photo(1600, 900), "JPEG", exif=exif, comment=b"secret")
    for file, made in prepare(data, widths=WIDTHS):
        assert file.height > file.width
        assert b"secret" not in made
        assert not opened(made).getexif()


def test_colours_become_srgb():
    """A wide-gamut photo would look pale without its profile; one with a broken profile stays as it is."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    image = photo(200, 100)
    assert prepare(encoded(image, "JPEG", icc_profile=profile), widths=(200,))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    ((_, same),) = prepare(encoded(image, "PNG", icc_profile=srgb), widths=(200,))
    assert "icc_profile" not in opened(same).info
    ((_, broken),) = prepare(encoded(image, "PNG", icc_profile=b"no profile"), widths=(200,))
    ((_, plain),) = prepare(encoded(image, "PNG"), widths=(200,))
    assert broken == plain


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_print_and_grey_photos_are_made_rgb(mode):
    """CMYK JPEGs come from print shops, and mail programs show them inverted or not at all."""
    ((_, data),) = prepare(encoded(photo(400, 200, mode), "JPEG"), widths=(200,))
    assert opened(data).mode == "RGB"


def test_sixteen_bits_are_shown_by_their_upper_eight():
    """A scan's mid grey stays mid grey."""
    image = Image.new("I;16", (40, 40), 0x8000)
    ((_, data),) = prepare(encoded(image, "PNG"), widths=(200,))
    assert opened(data).convert("L").getpixel((1, 1)) == 0x80


def animation(size, frames=3):
    images = [Image.effect_noise(size, 50 + number) for number in range(frames)]
    return encoded(images[0], "GIF", save_all=True, append_images=images[1:])


def test_a_small_animation_is_kept_and_a_large_one_stands_still():
    """Animated GIFs move in mail; heavy ones do not belong there."""
    small = animation((60, 40))
    ((file, data),) = prepare(small, widths=WIDTHS)
    assert (file.width, file.height, data) == (60, 40, small)
    assert file.name.endswith("-60.gif")
    large = animation((700, 500))
    assert len(large) > 300_000
    assert [file.name[-4:] for file, _ in prepare(large, widths=WIDTHS)] == [".png"] * 3


def test_same_bytes_in_same_bytes_out():
    """Twice, and in whatever order of widths."""
    data = encoded(photo(), "WEBP")
    assert prepare(data, widths=WIDTHS) == prepare(data, widths=WIDTHS[::-1])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a --><!DOCTYPE svg>\n<svg>', "SVG"),
        (b"", "not a picture"),
        (b"hello", "not a picture"),
        (b"%PDF-1.4", "not a picture"),
        (encoded(photo(400, 300), "JPEG")[:5000], "damaged"),
        (encoded(photo(400, 300), "PNG")[:5000], "damaged"),
        (encoded(photo(40, 30), "WEBP")[:50], "damaged"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(data, sentence):
    """A ValueError that an editor understands."""
    with pytest.raises(ValueError, match=sentence):
        prepare(data, widths=WIDTHS)


def png_of(width, height):
    """A PNG that says it is this large, in a few bytes."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(10_000, 6_001), (12_000, 9_000), (60_000, 60_000)])
def test_bombs_are_refused_before_they_are_unpacked(size):
    """A hundred bytes that unpack to gigabytes, or a scan that is merely too large."""
    with pytest.raises(ValueError, match="60 million pixels"):
        prepare(png_of(*size), widths=WIDTHS)


def test_a_large_photo_is_decoded_at_a_fraction(monkeypatch):
    """JPEG lets us, and 24 million pixels need not be unpacked for 1,200 of width."""
    data = encoded(Image.new("RGB", (6000, 4000), (120, 40, 40)), "JPEG")
    seen = []
    inner = pictures._in_srgb
    monkeypatch.setattr(
        pictures, "_in_srgb", lambda image, profile: seen.append(image.size) or inner(image, profile)
    )
    assert [file.width for file, _ in prepare(data, widths=WIDTHS)] == list(WIDTHS)
    assert seen == [(3000, 2000)]


GOOD = [encoded(drawing(60, 40), kind) for kind in ("PNG", "GIF", "JPEG", "WEBP", "TIFF", "BMP", "AVIF")]


@given(st.sampled_from(GOOD), st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_damaged_pictures_never_break_the_press(data, place, noise):
    """Either a picture or a ValueError, whatever the bytes."""
    broken = data[:place] + noise + data[place + len(noise) :]
    with suppress(ValueError):
        assert all(file.width <= 60 for file, _ in prepare(broken, widths=(50,)))
