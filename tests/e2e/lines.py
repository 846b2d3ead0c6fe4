"""The line between one page and the chat server, which a test can cut and mend while everything else goes on."""

from typing import Self

from playwright.async_api import Page, WebSocketRoute


class Line:
    """Every WebSocket of a page. The page itself still loads while the line is cut, so that it can be reloaded."""

    def __init__(self) -> None:
        self._is_cut = False
        self._sockets: list[tuple[WebSocketRoute, WebSocketRoute]] = []
        self.welcomes = 0
        """Sockets over which the server has said something."""

    @classmethod
    async def of(cls, page: Page) -> Self:
        """Has to come before the page opens its first socket."""
        line = cls()
        await page.route_web_socket("**/ws/*", line._opened)
        return line

    async def cut(self) -> None:
        """Breaks what is open; new sockets break at once."""
        self._is_cut = True
        while self._sockets:
            page, server = self._sockets.pop()
            await page.close(code=1011)
            await server.close()  # else it would stay open there, and count against the visitor

    def mend(self) -> None:
        self._is_cut = False

    async def _opened(self, socket: WebSocketRoute) -> None:
        if self._is_cut:
            await socket.close(code=1011)
            return
        server = socket.connect_to_server()
        said = 0

        def pass_on(frame: str | bytes) -> None:
            nonlocal said
            said += 1
            self.welcomes += said == 1
            socket.send(frame)

        server.on_message(pass_on)
        self._sockets.append((socket, server))
