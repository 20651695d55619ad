package io.wkmq.plugins.authfile;

import io.wkmq.plugins.api.ClientInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Whom a rule is about. Asked at each subscription, so without streams. */
sealed interface Who {
    /** Whether it is about this client. */
    boolean includes(ClientInfo client);

    /** Everybody. */
    record Everybody() implements Who {
        @Override
        public boolean includes(ClientInfo client) {
            return true;
        }
    }

    /** The client with this id. */
    record Client(String id) implements Who {
        @Override
        public boolean includes(ClientInfo client) {
            return id.equals(client.clientId());
        }
    }

    /** The clients of this user. */
    record User(String name) implements Who {
        @Override
        public boolean includes(ClientInfo client) {
            return name.equals(client.userName());
        }
    }

    /** The clients of these networks; never one that came over a unix domain socket. */
    record Networks(List<Cidr> networks) implements Who {
        @Override
        public boolean includes(ClientInfo client) {
            InetSocketAddress peer = client.peer();
            InetAddress address = peer == null ? null : peer.getAddress();
            if (address == null) {
                return false;
            }
            for (Cidr network : networks) {
                if (network.contains(address)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Who is in all of these. */
    record AllOf(List<Who> parts) implements Who {
        @Override
        public boolean includes(ClientInfo client) {
            for (Who part : parts) {
                if (!part.includes(client)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Who is in any of these. */
    record AnyOf(List<Who> parts) implements Who {
        @Override
        public boolean includes(ClientInfo client) {
            for (Who part : parts) {
                if (part.includes(client)) {
                    return true;
                }
            }
            return false;
        }
    }
}
