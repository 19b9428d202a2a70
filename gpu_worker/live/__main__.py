"""Live previews for the studio: `python -m gpu_worker.live`. Needs PREVIEW_URL or BROKER_URL, and the object store."""

import argparse
import os
import signal

import structlog
import torch
import valkey

from gpu_worker import storage
from gpu_worker.fetching import engine_named
from gpu_worker.live.session_maker import SessionMaker
from gpu_worker.live.worker import PreviewSettings, PreviewWorker

log = structlog.get_logger(__name__)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--warm-sessions", type=int, default=PreviewSettings.warm_sessions)
    parser.add_argument("--threads", type=int, default=1, help="of a solver step on the CPU; more only help when idle")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    connection = valkey.Valkey.from_url(os.environ.get("PREVIEW_URL") or os.environ["BROKER_URL"])
    settings = PreviewSettings(warm_sessions=options.warm_sessions)
    worker = PreviewWorker(connection, SessionMaker(engine_named, storage.get), settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stopping.set())
    log.info("preview_worker_ready", worker=worker.name)
    worker.run()


if __name__ == "__main__":
    main()
