package io.wkmq.plugins.authfile;

import io.wkmq.plugins.api.ClientInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** The set of clients that a rule applies to. Evaluated for each subscription, therefore without streams. */
sealed interface Who {
    /** Returns whether the client is included. */
    boolean includes(ClientInfo client);

    /** All clients. */
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

    /** The clients from these networks; never those on a unix domain socket. */
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

    /** The intersection of sets. */
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

    /** The union of sets. */
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
