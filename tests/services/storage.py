"""An S3-compatible object storage of the test's own: moto's server, which keeps what it is given in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from moto.server import ThreadedMotoServer
from pyarrow import fs

from vitalreel.sources.connection import System


@dataclass(frozen=True, slots=True)
class Storage:
    url: str

    def files(self) -> fs.S3FileSystem:
        """A client that may write."""
        return fs.S3FileSystem(
            access_key="test", secret_key="test-secret", region="us-east-1", allow_bucket_creation=True,
            endpoint_override=self.url.removeprefix("http://"), scheme="http", background_writes=False,
        )  # fmt: skip

    def put(self, name: str, content: bytes) -> None:
        """name: BUCKET/OBJECT; the bucket is made where there is none."""
        files = self.files()
        files.create_dir(name.partition("/")[0], recursive=False)
        with files.open_output_stream(name) as out:
            out.write(content)

    def system(self, bucket: str) -> System:
        return System("bucket", bucket, self.url, "us-east-1")


@contextmanager
def server() -> Iterator[Storage]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    try:
        yield Storage(f"http://{host}:{port}")
    finally:
        running.stop()
