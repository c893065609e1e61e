"""Envoy as this installation runs it: its files and sockets below the state directory."""

from watchword.adapters.envoy import reload as files
from watchword.adapters.envoy.layout import EnvoyLayout
from watchword.adapters.envoy.process import EnvoyAdmin, command
from watchword.app.state import StateDirectory
from watchword.enforcement.gateway import GatewayConfiguration

# One look among several; the next one comes soon.
_LOOK_TIMEOUT = 1.0


def layout(state: StateDirectory) -> EnvoyLayout:
    return EnvoyLayout(
        directory=state.envoy,
        check_socket=state.check_socket,
        streams_socket=state.streams_socket,
        admin_socket=state.admin_socket,
    )


def envoy_command(state: StateDirectory) -> list[str]:
    """Return what starts Envoy. A socket left by an Envoy that was killed would keep the next one from starting."""
    state.admin_socket.unlink(missing_ok=True)
    return command(layout(state))


def envoy_ready(state: StateDirectory) -> bool:
    return EnvoyAdmin(state.admin_socket, timeout=_LOOK_TIMEOUT).ready()


def write_envoy_files(state: StateDirectory, configuration: GatewayConfiguration) -> None:
    # Its templates are of no use to the command line, which imports this to look at Envoy.
    from watchword.console import HtmlRefusalPages

    files.write_files(configuration, layout(state), HtmlRefusalPages())


def validate(state: StateDirectory, configuration: GatewayConfiguration) -> None:
    """Have Envoy itself read the configuration; see `adapters.envoy.reload.validate`."""
    files.validate(configuration, layout(state))


def reload(state: StateDirectory, before: GatewayConfiguration, after: GatewayConfiguration) -> None:
    """Bring `after` into the running Envoy; see `adapters.envoy.reload.reload`."""
    files.reload(before, after, layout(state))
