"""Ask the server on this machine whether it answers: exit status 0 if it does, else 1 with the reason.

python healthcheck.py [PORT]
"""

import http.client
import sys

_PATH = "/healthz"
_TIMEOUT_S = 8


def trouble(port: int) -> str | None:
    """Return what is wrong with the server on this port; None when it answers."""
    # Without urllib, which would send the request to a proxy that the environment names.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", _PATH)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        return f"no answer on port {port}: {error}"
    finally:
        connection.close()
    return None if answer.status == http.client.OK else f"status {answer.status} on port {port}"


def main() -> None:
    """End with the status that a container's health check expects."""
    found = trouble(int(sys.argv[1]) if len(sys.argv) > 1 else 7860)
    if found:
        sys.stderr.write(f"{found}\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
