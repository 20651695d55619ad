package io.wkmq.broker.listener;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Formats addresses as text. */
final class Addresses {
    private Addresses() {}

    /** Returns {@code host:port}, {@code [v6]:port}, or just the host if the port is 0. */
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

    /** Returns the IP address without a DNS look-up and without a zone, IPv6 in its short form. */
    static String host(InetSocketAddress address) {
        return address.isUnresolved()
                ? address.getHostString()
                : NetUtil.toAddressString(unmapped(address).getAddress());
    }

    /** Converts an IPv4-mapped IPv6 address (::ffff:10.0.0.1), as reported by dual-stack sockets, to IPv4; returns others as they are. */
    static InetSocketAddress unmapped(InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        if (!isMapped(bytes)) {
            return address;
        }
        try {
            byte[] v4 = Arrays.copyOfRange(bytes, 12, 16);
            return new InetSocketAddress(InetAddress.getByAddress(v4), address.getPort());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are always an address", e);
        }
    }

    private static boolean isMapped(byte[] bytes) {
        if (bytes.length != 16) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[10] == (byte) 0xff && bytes[11] == (byte) 0xff;
    }
}
