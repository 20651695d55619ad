package io.wkmq.cluster.security;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.security.Handshake.InProgress;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The two sides of a handshake, and what they exchanged. */
final class HandshakePair {
    final Handshake initiator;
    final Handshake acceptor;
    final ByteArrayOutputStream fromInitiator = new ByteArrayOutputStream();
    final ByteArrayOutputStream fromAcceptor = new ByteArrayOutputStream();

    HandshakePair(Handshake initiator, Handshake acceptor) {
        this.initiator = initiator;
        this.acceptor = acceptor;
    }

    static Introduction node(String name) {
        return new Introduction(
                Purpose.LINK,
                "wkmq",
                new Node(
                        new NodeId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))),
                        new NodeName(name, "127.0.0.1")),
                name.hashCode(),
                1);
    }

    /** Lets them talk, so many bytes at a time, until nothing more comes. */
    HandshakePair talk(int piece) {
        boolean moved = true;
        while (moved) {
            moved = move(initiator, acceptor, fromInitiator, piece);
            moved |= move(acceptor, initiator, fromAcceptor, piece);
        }
        return this;
    }

    private static boolean move(Handshake from, Handshake to, ByteArrayOutputStream seen, int piece) {
        ByteBuffer bytes = ByteBuffer.allocate(piece);
        from.send(bytes);
        bytes.flip();
        seen.write(bytes.array(), 0, bytes.limit());
        boolean moved = bytes.hasRemaining();
        to.receive(bytes);
        if (to.state() instanceof InProgress && bytes.hasRemaining()) {
            throw new AssertionError("A handshake in progress left " + bytes.remaining() + " bytes");
        }
        return moved;
    }
}
