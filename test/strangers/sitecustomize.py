# Stands for an entry in /etc/hosts: not every system resolves the names below `localhost` (RFC 6761 section 6.3).
import socket

resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **options: resolve(
    "127.0.0.1" if str(host).endswith(".localhost") else host, *rest, **options
)
