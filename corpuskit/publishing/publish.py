"""`corpuskit.publish`: a version, somewhere else, where no reader ever sees half of it.

Files are sent (`sending`), put in place under a claim (`claims`), the manifest last; then come the
index and what else stands around the versions (`versions`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpuskit.dataset_names import CHECKSUMS, DEV, MANIFEST, UNDER_WAY
from corpuskit.errors import GoneError, RefusedError, UnfinishedError, UsageError
from corpuskit.finding.release import find_version
from corpuskit.manifest import Manifest
from corpuskit.manifest_json import load
from corpuskit.progress import Progress
from corpuskit.publishing.claims import claimed
from corpuskit.publishing.hub import publish_on_hub
from corpuskit.publishing.sending import Sending
from corpuskit.publishing.versions import PublishedVersions, update_index
from corpuskit.signatures.files import carry_signatures, missing_signatures
from corpuskit.stores import Store, open_store
from corpuskit.stores.hub import hub_repository, is_on_hub
from corpuskit.verifying import require_holding
from corpuskit.versions import Version


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What became of a version at `url`.

    `status` is `there` if it was published before. `uploaded` are the bytes that were sent,
    `copied` those that were there in another version. `signatures` is the number of those of the
    version that were put there now. `private` is whether a repository on the Hugging Face Hub is
    shown to its owners alone; None elsewhere.
    """

    status: Literal["published", "there"]
    name: str
    version: str
    url: str
    files: int
    uploaded: int
    copied: int
    signatures: int = 0
    private: bool | None = None


def publish(
    release: str | os.PathLike[str],
    url: str | os.PathLike[str],
    *,
    take_over: bool = False,
    progress: Progress | None = None,
) -> PublishResult:
    """Publish a version in the folder of a dataset elsewhere, after it was verified.

    Its signatures follow it, also if it was there before they were made; on the Hub there is no
    place for them.
    What is there already is not sent again: shards of versions before are copied by the server, and
    what an earlier call has sent that did not come to its end.

    Args:
        release: The folder of a version on this machine, or of a dataset, or a name such as
            `articles@1.0.0`.
        url: Of the dataset's folder, such as `s3://bucket/articles`: any kind that fsspec knows, or
            a path. Or `hf://datasets/OWNER/NAME`, a repository on the Hugging Face Hub: the version
            becomes its root, in one commit, and a tag. A new repository is private.
        take_over: Whether to publish although somebody else has begun to publish another version of
            that number, and did not come to the end. Nobody may still be at it. On the Hub, whether
            to replace files that somebody else has put there.
        progress: Hears of the stage `publish`, in files.

    Raises:
        ReleaseError: there is no such version, or it does not hold.
        RefusedError: it is a rehearsal; another version of that number is there, or is being
            published; it was retracted, here or there; another dataset is there; no licence is
            declared; or a signature there is another one.
        UsageError: nothing is at `release`, or `url` cannot be used, or is no dataset's folder.
        MissingExtraError: `url` is on the Hub, and huggingface_hub is not installed.
        UnfinishedError: the disk or the network got in the way; the next call goes on from there.
    """
    try:
        folder, _ = find_version(release)
    except GoneError as error:
        raise RefusedError(f"{error}; such a version is not published") from error
    manifest = checked(folder)
    url = os.fspath(url)
    if not url:
        raise UsageError("the URL is empty")
    if is_on_hub(url):
        return _publish_on_hub(folder, manifest, url, progress or Progress(), take_over=take_over)
    store = open_store(url)
    if not store.lists:
        raise UsageError(f"{store.shown} is for reading: nothing can be listed or put there")
    versions = PublishedVersions(store)
    _refuse_foreign(manifest.name, store, versions)
    version = Sending(folder, manifest, store, versions)
    missing_signatures(folder, manifest.version, store)
    sent = None
    if not version.is_there() or version.is_damaged():
        progress = progress or Progress()
        progress.stage("publish", 2 * len(version.files) + 1)
        try:
            sent = version.send(progress)
            with claimed(version, take_over=take_over) as check:
                version.put_in_place(check, progress)
        except RefusedError:
            # Where another one is published under this number, what was sent is of no use.
            if store.read(f"{manifest.version}/{MANIFEST}") is not None:
                version.clean_up()
            raise
        except UnfinishedError:
            # Who publishes the same has come to the end before, and cleaned up.
            if not version.is_there() or version.is_damaged():
                raise
    version.clean_up()
    signatures = carry_signatures(folder, manifest.version, store)
    update_index(store, versions, manifest.version)
    return PublishResult(
        "there" if sent is None else "published",
        manifest.name,
        manifest.version,
        store.shown,
        len(version.files) + 1,
        *(sent or (0, 0)),
        signatures,
    )


def _publish_on_hub(
    folder: Path, manifest: Manifest, url: str, progress: Progress, *, take_over: bool
) -> PublishResult:
    repository = hub_repository(url)
    if repository is None:
        raise UsageError(f"{url} is no repository of datasets; write hf://datasets/OWNER/NAME")
    sent = publish_on_hub(folder, manifest, repository, take_over=take_over, progress=progress)
    return PublishResult(
        sent.status, manifest.name, manifest.version, repository.url,
        sent.files, sent.uploaded, sent.copied, private=sent.private,
    )  # fmt: skip


def checked(folder: Path) -> Manifest:
    """The manifest of a version that holds, and that others may use."""
    if folder.resolve().name == DEV:
        raise RefusedError(f"{folder} is a rehearsal, which the next one replaces; build a version")
    require_holding(folder)
    manifest = load((folder / MANIFEST).read_bytes())
    if manifest.description.license is None:
        raise RefusedError(
            f"{manifest.name} declares no licence; add [dataset] license to the configuration, "
            'such as "CC-BY-4.0", or "unknown" in words, and build again'
        )
    return manifest


def _refuse_foreign(name: str, store: Store, versions: PublishedVersions) -> None:
    """Make sure that nothing but a dataset of ours is ever written over."""
    names = set(store.names())
    if names & {MANIFEST, CHECKSUMS}:
        raise UsageError(f"{store.shown} is one version; name the folder of the dataset")
    published = versions.whole()
    foreign = sorted(n for n in names if not n.startswith(".") and not Version.parse(n))
    if foreign and not published and UNDER_WAY not in names:
        raise UsageError(
            f"{store.shown} holds {foreign[0]} and no release; name the folder of a dataset, or "
            f"one that is not there yet, such as {store.shown}/{name}"
        )
    for there, _ in published.values():
        if there.name != name:
            raise RefusedError(f"{store.shown} holds the dataset {there.name}, and not {name}")
