"""Archives: what is unpacked, and what they cannot do."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pytest

from corpuskit.codes import Code
from corpuskit.discover import Discovery, discover
from corpuskit.errors import UnfinishedError, UsageError
from corpuskit.fetch.unpack import Limits, archive_suffix, unpack

ANY = ("*",)


def tar_info(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    """A member without content."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def tar_bytes(members: Iterable[tuple[str | tarfile.TarInfo, bytes]]) -> bytes:
    """A tar file of members, each a name or a header, and its content."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for member, content in members:
            info = tar_info(member) if isinstance(member, str) else member
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zip_bytes(members: Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    """A zip file of members, each a name or a header, and its content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members:
            archive.writestr(member, content)
    return buffer.getvalue()


def zip_info(name: str, mode: int = 0o100644, system: int = 3) -> zipfile.ZipInfo:
    """A member of a zip file that was made on `system`: 0 is DOS, 3 Unix."""
    info = zipfile.ZipInfo(name)
    info.external_attr, info.create_system = mode << 16, system
    return info


Unpack = Callable[..., Path]


@pytest.fixture
def unpacked(tmp_path: Path) -> Unpack:
    """Writes bytes as an archive and unpacks it; the root."""
    holder = tmp_path.resolve() / "holder"
    holder.mkdir()

    def unpacked(name: str, data: bytes, limits: Limits | None = None) -> Path:
        archive = tmp_path / name
        archive.write_bytes(data)
        return unpack(archive, holder, name, limits or Limits())

    return unpacked


def contents(root: Path) -> dict[str, bytes]:
    """The files below a folder, links left out."""
    files = (p for p in root.rglob("*") if p.is_file() and not p.is_symlink())
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in files}


def faults(root: Path) -> dict[str, Code | None]:
    """What discovery finds: each source with the code that stands against it."""
    found: Discovery = discover(root, ANY)
    return {s.path: s.fault.code if s.fault else None for s in found.sources}


def zstd(data: bytes) -> bytes:
    packed: bytes = pa.compress(data, "zstd", asbytes=True)
    return packed


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [
        (".tar", bytes),
        (".tar.gz", gzip.compress),
        (".tgz", gzip.compress),
        (".tar.bz2", bz2.compress),
        (".tar.xz", lzma.compress),
        (".TAR.ZST", zstd),
    ],
)
def test_a_tar_file_is_unpacked_whatever_packs_it(
    unpacked: Unpack, suffix: str, pack: Callable[[bytes], bytes]
) -> None:
    members = {f"top/{n % 7}/{n}.md": os.urandom(900) * n for n in range(50)}
    root = unpacked("corpus" + suffix, pack(tar_bytes(members.items())))
    assert {f"top/{path}": data for path, data in contents(root).items()} == members


def test_a_single_top_folder_is_the_root(unpacked: Unpack) -> None:
    root = unpacked("a.zip", zip_bytes([("top/a.md", b"a"), ("top/b/c.md", b"c")]))
    assert contents(root) == {"a.md": b"a", "b/c.md": b"c"}


@pytest.mark.parametrize("beside", ["corpuskit.toml", "other/b.md"])
def test_what_lies_beside_the_top_folder_keeps_it(unpacked: Unpack, beside: str) -> None:
    root = unpacked("a.zip", zip_bytes([("top/a.md", b"a"), (beside, b"")]))
    assert contents(root) == {"top/a.md": b"a", beside: b""}


def test_a_top_folder_is_stripped_once(unpacked: Unpack) -> None:
    root = unpacked("a.tar", tar_bytes([("./one/two/a.md", b"a")]))
    assert contents(root) == {"two/a.md": b"a"}


def test_what_macos_adds_is_left_out(unpacked: Unpack) -> None:
    added = [("__MACOSX/top/._a.md", b"x"), ("top/._a.md", b"x"), ("._top", b"x")]
    assert contents(unpacked("a.zip", zip_bytes([("top/a.md", b"a"), *added]))) == {"a.md": b"a"}


@pytest.mark.parametrize("name", ["../evil.md", "a/../../evil.md", "a/..", "/evil.md", "//evil.md"])
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_name_that_leads_out_is_refused(
    unpacked: Unpack, tmp_path: Path, kind: str, name: str
) -> None:
    make = zip_bytes if kind == "zip" else tar_bytes
    with pytest.raises(UsageError, match="leads out of it") as raised:
        unpacked(f"a.{kind}", make([("good.md", b""), (name, b"evil")]))
    assert repr(name) in str(raised.value)
    assert list(tmp_path.rglob("evil.md")) == []
    assert not Path("/evil.md").exists()


@pytest.mark.parametrize("name", ["C:\\evil.md", "..\\evil.md", "C:/evil.md", "\\evil.md"])
def test_a_name_of_windows_that_leads_out_is_refused(unpacked: Unpack, name: str) -> None:
    with pytest.raises(UsageError, match="leads out of it"):
        unpacked("a.zip", zip_bytes([(zip_info(name, system=0), b"evil")]))


def test_backslashes_are_separators_in_what_was_made_on_windows(unpacked: Unpack) -> None:
    members = [(zip_info(name, system=0), b"a") for name in ("top\\a\\b.md", "top\\c\\")]
    root = unpacked("a.zip", zip_bytes(members))
    assert contents(root) == {"a/b.md": b"a"}
    assert (root / "c").is_dir()


def test_backslashes_are_letters_in_what_was_made_on_unix(unpacked: Unpack) -> None:
    assert contents(unpacked("a.zip", zip_bytes([("a\\b.md", b"a")]))) == {"a\\b.md": b"a"}


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_that_are_not_utf_8_are_diagnosed(unpacked: Unpack, kind: str) -> None:
    """The name is ASCII when it is written, and gets its bytes afterwards."""
    data = (zip_bytes if kind == "zip" else tar_bytes)([("top/QQ.md", b"a"), ("top/b.md", b"b")])
    if kind == "zip":
        data = data.replace(b"QQ.md", "新".encode("gbk") + b".md")
    else:
        data = tar_bytes([(os.fsdecode(b"top/\xd0\xc2.md"), b"a"), ("top/b.md", b"b")])
    root = unpacked(f"a.{kind}", data)
    assert faults(root) == {"\\xd0\\xc2.md": Code.PATH_NOT_UTF8, "b.md": None}


def test_utf_8_without_its_flag_is_read_in_a_zip(unpacked: Unpack) -> None:
    data = zip_bytes([("top/QQQ.md", b"a")]).replace(b"QQQ", "新".encode())
    assert contents(unpacked("a.zip", data)) == {"新.md": b"a"}


def test_the_unicode_name_beside_another_is_read_in_a_zip(unpacked: Unpack) -> None:
    """Info-ZIP's extra field 0x7075: a version, a CRC, and the name."""
    name = "top/新聞.md".encode()
    info = zip_info("top/QQQQ.md")
    info.extra = struct.pack("<HHBI", 0x7075, 5 + len(name), 1, 0) + name
    assert contents(unpacked("a.zip", zip_bytes([(info, b"a")]))) == {"新聞.md": b"a"}


def test_modes_are_ours(unpacked: Unpack) -> None:
    folder, file = tar_info("top", tarfile.DIRTYPE), tar_info("top/a.md")
    folder.mode = file.mode = 0
    root = unpacked("a.tar", tar_bytes([(folder, b""), (file, b"a")]))
    assert root.stat().st_mode & 0o700 == 0o700
    assert (root / "a.md").stat().st_mode & 0o600 == 0o600


def test_devices_and_pipes_are_left_out(unpacked: Unpack) -> None:
    odd = (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
    members = [(tar_info(f"{n}.md", kind), b"") for n, kind in enumerate(odd)]
    assert contents(unpacked("a.tar", tar_bytes([*members, ("a.md", b"a")]))) == {"a.md": b"a"}


def test_a_pipe_in_a_zip_is_left_out(unpacked: Unpack) -> None:
    data = zip_bytes([(zip_info("pipe.md", 0o010644), b""), ("a.md", b"a")])
    assert contents(unpacked("a.zip", data)) == {"a.md": b"a"}


def links(kind: str, targets: dict[str, str], files: dict[str, bytes]) -> bytes:
    """An archive with links, which come before the files."""
    if kind == "zip":
        made = [(zip_info(name, 0o120777), target.encode()) for name, target in targets.items()]
        return zip_bytes([*made, *files.items()])
    infos = [tar_info(name, tarfile.SYMTYPE, target) for name, target in targets.items()]
    return tar_bytes([*((info, b"") for info in infos), *files.items()])


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_links_are_diagnosed_as_in_a_folder(unpacked: Unpack, kind: str) -> None:
    targets = {
        "good.md": "a/a.md",
        "through.md": "deep/a.md",
        "deep": "a",
        "missing.md": "a/none.md",
        "itself.md": "itself.md",
        "below-a-file.md": "a/a.md/../a.md",
        "absolute.md": "/etc/hostname",
        "out.md": "../../../../etc/hostname",
        "nowhere.md": "/no/such/file",
        "top.md": "..",
    }
    root = unpacked(f"a.{kind}", links(kind, targets, {"a/a.md": b"a", "b.md": b"b"}))
    assert faults(root) == {
        "a/a.md": None,
        "b.md": None,
        "good.md": None,
        "through.md": None,
        "missing.md": Code.BROKEN_LINK,
        "itself.md": Code.BROKEN_LINK,
        "below-a-file.md": Code.BROKEN_LINK,
        "absolute.md": Code.LINK_LEAVES_ROOT,
        "out.md": Code.LINK_LEAVES_ROOT,
        "nowhere.md": Code.LINK_LEAVES_ROOT,
        "top.md": Code.LINK_LEAVES_ROOT,
    }


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_nothing_is_written_through_a_link(unpacked: Unpack, tmp_path: Path, kind: str) -> None:
    """The classic: a link to a folder elsewhere, then a file in it."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with pytest.raises(UsageError, match="twice, or as a file and as a folder"):
        unpacked(f"a.{kind}", links(kind, {"d": str(elsewhere)}, {"d/evil.md": b"evil"}))
    assert list(elsewhere.iterdir()) == []


def test_a_chain_of_links_that_climbs_out_is_cut(unpacked: Unpack, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    targets = {"s/up": "..", "x.md": "s/up/../../secret.md"}
    root = unpacked("a.tar", links("tar", targets, {"s/a.md": b"", "b.md": b""}))
    assert faults(root)["x.md"] is Code.LINK_LEAVES_ROOT
    assert (root / "x.md").read_bytes() == b""


def test_hard_links_are_files(unpacked: Unpack) -> None:
    linked = tar_info("top/b.md", tarfile.LNKTYPE, "top/a.md")
    root = unpacked("a.tar", tar_bytes([("top/a.md", b"a"), (linked, b"")]))
    assert contents(root) == {"a.md": b"a", "b.md": b"a"}


def test_hard_links_that_lead_out_or_nowhere_are_diagnosed(unpacked: Unpack) -> None:
    """One goes through a link to a folder elsewhere, which is not there yet when it is made."""
    targets = {
        "out.md": "../x",
        "absolute.md": "/etc/hostname",
        "none.md": "none",
        "in.md": "d/hosts",
    }
    hard = [(tar_info(name, tarfile.LNKTYPE, target), b"") for name, target in targets.items()]
    folder = (tar_info("d", tarfile.SYMTYPE, "/etc"), b"")
    root = unpacked("a.tar", tar_bytes([("a.md", b"a"), folder, *hard]))
    assert faults(root) == {
        "a.md": None,
        "d": Code.LINK_LEAVES_ROOT,
        "out.md": Code.LINK_LEAVES_ROOT,
        "absolute.md": Code.LINK_LEAVES_ROOT,
        "none.md": Code.BROKEN_LINK,
        "in.md": Code.LINK_LEAVES_ROOT,
    }


@pytest.mark.parametrize(
    "names", [("a.md", "a.md"), ("a/b.md", "a"), ("a", "a/b.md"), ("./a.md", "a.md")]
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_is_there_twice_is_refused(
    unpacked: Unpack, kind: str, names: tuple[str, str]
) -> None:
    make = zip_bytes if kind == "zip" else tar_bytes
    with pytest.raises(UsageError, match="twice, or as a file and as a folder"):
        unpacked(f"a.{kind}", make([(name, b"") for name in names]))


@pytest.mark.parametrize("name", ["x" * 300 + ".md", "d/" * 101 + "a.md", "d/" * 90 + "x" * 300])
def test_names_that_no_folder_can_have_are_refused(unpacked: Unpack, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be unpacked"):
        unpacked("a.tar", tar_bytes([(name, b"")]))


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_more_members_than_allowed_are_refused(unpacked: Unpack, kind: str) -> None:
    make = zip_bytes if kind == "zip" else tar_bytes
    data = make([(f"{n}.md", b"") for n in range(11)])
    with pytest.raises(UsageError, match="more than 10 members"):
        unpacked(f"a.{kind}", data, Limits(members=10))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bomb.zip", zip_bytes([("a.md", bytes(10**6))] * 1)),
        ("bomb.tar.gz", gzip.compress(tar_bytes([("a.md", bytes(10**6))]))),
        ("bomb.tar.xz", lzma.compress(tar_bytes([("a.md", bytes(10**6))]))),
        ("many.tar.gz", gzip.compress(tar_bytes([(f"{n}.md", bytes(10**4)) for n in range(100)]))),
        ("left-out.tar.gz", gzip.compress(tar_bytes([("._a", bytes(10**6))]))),
    ],
)
def test_a_bomb_is_refused_before_it_is_large(
    unpacked: Unpack, tmp_path: Path, name: str, data: bytes
) -> None:
    with pytest.raises(UsageError, match="more than 500,000 bytes"):
        unpacked(name, data, Limits(growth=10, small=500_000))
    written = sum(p.stat().st_size for p in (tmp_path / "holder").rglob("*") if p.is_file())
    assert written <= 500_000


def test_a_terabyte_that_is_only_claimed_is_refused_by_its_header(unpacked: Unpack) -> None:
    info = tar_info("a.md")
    info.size = 2**40
    with pytest.raises(UsageError, match="more than 1,073,741,824 bytes"):
        unpacked("a.tar", info.tobuf() + bytes(1024))


def test_what_grows_less_than_the_limit_is_unpacked(unpacked: Unpack) -> None:
    data = gzip.compress(tar_bytes([("a.md", bytes(10**5))]))
    root = unpacked("a.tar.gz", data, Limits(growth=1000, small=0))
    assert contents(root) == {"a.md": bytes(10**5)}


@pytest.mark.parametrize("field", ["path", "comment"])
def test_a_header_that_would_fill_the_memory_is_refused(unpacked: Unpack, field: str) -> None:
    info = tar_info("a.md")
    info.pax_headers = {field: "x" * 2_000_000}
    with pytest.raises(UsageError, match="a header has more than 1,048,576 bytes"):
        unpacked("a.tar.gz", gzip.compress(tar_bytes([(info, b"")])))


def test_headers_without_end_are_refused(unpacked: Unpack) -> None:
    """Each long-name header announces another."""
    long_name = tar_info("././@LongLink", tarfile.GNUTYPE_LONGNAME)
    long_name.size = 1
    with pytest.raises(UsageError, match="cannot be unpacked"):
        unpacked("a.tar.gz", gzip.compress((long_name.tobuf() + b"a".ljust(512, b"\0")) * 5000))


def test_global_records_without_end_are_refused(unpacked: Unpack) -> None:
    records = [tarfile.TarInfo.create_pax_global_header({f"key{n}": "value"}) for n in range(300)]
    with pytest.raises(UsageError, match="global pax records"):
        unpacked("a.tar", b"".join(records) + tar_bytes([("a.md", b"")]))


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.zst"])
@pytest.mark.parametrize("data", [b"", b"<html>404 Not Found</html>" * 40, b"PK\5\6", b"\x1f\x8b"])
def test_what_is_no_archive_is_refused(unpacked: Unpack, name: str, data: bytes) -> None:
    with pytest.raises(UsageError, match=f"^{name} cannot be unpacked: .+"):
        unpacked(name, data)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress, zstd])
def test_a_tar_file_that_was_cut_is_refused(
    unpacked: Unpack, pack: Callable[[bytes], bytes]
) -> None:
    data = pack(tar_bytes([(f"{n}.md", os.urandom(3000)) for n in range(20)]))
    with pytest.raises(UsageError, match="cannot be unpacked"):
        unpacked("a.tar", data[: len(data) // 2])


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_damage_that_only_the_checksum_shows_is_found(
    unpacked: Unpack, pack: Callable[[bytes], bytes]
) -> None:
    data = bytearray(pack(tar_bytes([("a.md", os.urandom(5000))])))
    data[-8] ^= 1
    with pytest.raises(UsageError, match="cannot be unpacked"):
        unpacked("a.tar", bytes(data))


def test_a_damaged_header_is_not_the_end(unpacked: Unpack) -> None:
    """Left to itself, tarfile stops there without a word, and what follows is lost."""
    data = bytearray(tar_bytes([("a.md", b"a"), ("b.md", b"b"), ("c.md", b"c")]))
    data[1024 + 100] ^= 0x55
    with pytest.raises(UsageError, match="damaged at byte 1,536"):
        unpacked("a.tar", bytes(data))


def test_a_damaged_member_of_a_zip_is_found(unpacked: Unpack) -> None:
    data = bytearray(zip_bytes([("a.md", os.urandom(5000))]))
    data[2000] ^= 1
    with pytest.raises(UsageError, match="cannot be unpacked"):
        unpacked("a.zip", bytes(data))


def test_a_password_is_not_asked_for(unpacked: Unpack) -> None:
    """Bit 0 of the flags, in the local header and in the directory."""
    data = bytearray(zip_bytes([("a.md", b"a")]))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(UsageError, match="encrypted"):
        unpacked("a.zip", bytes(data))


def test_an_archive_that_cannot_be_read_is_not_the_users_fault(tmp_path: Path) -> None:
    (tmp_path / "a.zip").mkdir()
    with pytest.raises(UnfinishedError, match=r"a\.zip cannot be unpacked"):
        unpack(tmp_path / "a.zip", tmp_path, "a.zip")


def test_an_empty_archive_is_an_empty_folder(unpacked: Unpack) -> None:
    assert contents(unpacked("a.tar", tar_bytes([]))) == {}


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.zip", ".zip"),
        ("a.b.tar.gz", ".tar.gz"),
        ("A.TGZ", ".TGZ"),
        ("a.tar.zst", ".tar.zst"),
        ("a.gz", ""),
        ("tar", ""),
        ("a.zip.md", ""),
    ],
)
def test_archives_are_told_by_their_ending(name: str, suffix: str) -> None:
    assert archive_suffix(name) == suffix
