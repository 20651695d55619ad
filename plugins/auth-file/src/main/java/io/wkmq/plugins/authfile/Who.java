package io.wkmq.plugins.authfile;

import io.wkmq.plugins.api.ClientInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Whom a rule is about. */
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
            return address != null && networks.stream().anyMatch(network -> network.contains(address));
        }
    }

    /** Who is in all of these. */
    record AllOf(List<Who> parts) implements Who {
        @Override
        public boolean includes(ClientInfo client) {
            return parts.stream().allMatch(part -> part.includes(client));
        }
    }

    /** Who is in any of these. */
    record AnyOf(List<Who> parts) implements Who {
        @Override
        public boolean includes(ClientInfo client) {
            return parts.stream().anyMatch(part -> part.includes(client));
        }
    }
}
