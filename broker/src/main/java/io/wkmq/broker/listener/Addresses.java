package io.wkmq.broker.listener;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Addresses as text. */
final class Addresses {
    /** The host of a client on a unix domain socket: such clients have no address. */
    static final String UNIX_HOST = "unix";

    private Addresses() {}

    /** {@code host:port}, {@code [v6]:port}, or just the host if the port is 0. */
    static String text(String host, int port) {
        if (port == 0) {
            return host;
        }
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    static String text(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return text(host(inet), inet.getPort());
        }
        if (address instanceof DomainSocketAddress unix) {
            return unix.path();
        }
        return "unknown";
    }

    /** The IP address without a zone and without a look-up. */
    static String host(InetSocketAddress address) {
        if (address.isUnresolved()) {
            return address.getHostString();
        }
        String host = address.getAddress().getHostAddress();
        int zone = host.indexOf('%');
        return zone < 0 ? host : host.substring(0, zone);
    }
}
