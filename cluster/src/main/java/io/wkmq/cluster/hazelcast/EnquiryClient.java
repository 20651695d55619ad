package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.Handshake;
import io.wkmq.cluster.security.Handshake.InProgress;
import io.wkmq.cluster.security.Handshake.Refused;
import io.wkmq.cluster.security.Judge;
import io.wkmq.cluster.security.Purpose;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.routing.NodeId;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a node about its cluster before joining it, on a connection of its own. Blocks for a few seconds at most. Stateless. */
final class EnquiryClient {
    private static final Logger LOG = LoggerFactory.getLogger(EnquiryClient.class);
    private static final int BUFFER_BYTES = 4_096;

    private final ClusterFront front;
    private final int limitMs;

    EnquiryClient(ClusterFront front) {
        this.front = front;
        this.limitMs = (int) front.handshakeLimit().toMillis();
    }

    /** The limit for a whole enquiry: a peer that sends a byte now and then never hits the read timeout. */
    private int limitOfAllMs() {
        return 5 * limitMs;
    }

    private int knockMs() {
        return limitMs + 500;
    }

    /** A node that is asked to let this one join first tries the connection back to it. */
    private int answerMs() {
        return limitMs + (int) WayBack.limit(front).toMillis();
    }

    /**
     * Asks a node who is there and whether it would accept this one.
     *
     * @throws RefusedException if the handshake fails before the question can be asked
     * @throws IOException if the node cannot be reached
     */
    EnquiryAnswer ask(SeedAddress target, Enquiry.Question question) throws IOException, RefusedException {
        try (Socket socket = new Socket()) {
            TlsPipe pipe = connect(socket, target, limitOfAllMs(), peer -> Verdict.OK);
            pipe.write(question.encode());
            socket.setSoTimeout(answerMs());
            return Enquiry.read(new DataInputStream(new PipeInput(pipe)));
        }
    }

    /**
     * Checks that a node is reachable at an address, either its member port or its link port, and disconnects. Blocks for
     * {@link ClusterFront#handshakeLimit} or slightly longer.
     *
     * @return why the node is not reachable; null if it is
     */
    @Nullable
    String knock(SeedAddress address, NodeId expected) {
        try (Socket socket = new Socket()) {
            TlsPipe unused = connect(
                    socket,
                    address,
                    knockMs(),
                    peer -> peer.node().id().equals(expected)
                            ? Verdict.OK
                            : Verdict.refusal(
                                    Verdict.Code.OTHER,
                                    "there is node " + peer.node().name() + " ("
                                            + peer.node().id() + "); expected " + expected));
            return null;
        } catch (UnknownHostException e) {
            return "its host is unknown";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (RefusedException e) {
            Refused refused = e.refused();
            boolean older = refused.byPeer() && refused.code() == Verdict.Code.WRONG_PURPOSE;
            return older ? null : refused.text(); // the link port of an older version is reachable all the same
        }
    }

    private TlsPipe connect(Socket socket, SeedAddress to, int limitOfAllMs, Judge judge)
            throws IOException, RefusedException {
        CompletableFuture.delayedExecutor(limitOfAllMs, TimeUnit.MILLISECONDS).execute(() -> closeQuietly(socket));
        socket.connect(new InetSocketAddress(to.host(), to.port()), limitMs);
        socket.setSoTimeout(limitMs);
        socket.setTcpNoDelay(true);
        TlsPipe pipe = new TlsPipe(socket, front.clientEngine());
        handshake(pipe, judge);
        return pipe;
    }

    /**
     * Asks a node who is there, changing nothing.
     *
     * @param self this node
     */
    Encounter meet(SeedAddress target, Node self) {
        try {
            EnquiryAnswer answer = ask(target, Enquiry.Question.LOOK);
            Encounter.Kind kind = answer.verdict().accepted() ? Encounter.Kind.TAKES : Encounter.Kind.REFUSES;
            return new Encounter(target, kind, answer.node(), answer.verdict().text());
        } catch (UnknownHostException e) {
            return new Encounter(target, Encounter.Kind.SILENT, null, "its host is unknown");
        } catch (IOException e) {
            return new Encounter(target, Encounter.Kind.SILENT, null, String.valueOf(e.getMessage()));
        } catch (RefusedException e) {
            boolean met = e.refused().code() == Verdict.Code.SELF;
            return new Encounter(
                    target,
                    met ? Encounter.Kind.SELF : Encounter.Kind.REFUSES,
                    met ? self : null,
                    e.refused().text());
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("A socket was not closed properly remote={}", socket.getRemoteSocketAddress(), e);
        }
    }

    private void handshake(TlsPipe pipe, Judge judge) throws IOException, RefusedException {
        Handshake handshake = front.initiator(Purpose.ENQUIRY, judge);
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (handshake.state() instanceof InProgress) {
            handshake.send(buffer.clear());
            pipe.write(buffer.flip());
            buffer.clear().limit(Math.min(handshake.missing(), BUFFER_BYTES));
            try {
                if (pipe.read(buffer) < 0) {
                    handshake.closed();
                }
            } catch (SocketTimeoutException e) {
                handshake.timedOut();
            }
            handshake.receive(buffer.flip());
        }
        if (handshake.state() instanceof Refused refused) {
            throw new RefusedException(refused);
        }
    }

    /** Thrown if the handshake between the nodes is refused. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Refused refused;

        RefusedException(Refused refused) {
            super(refused.text());
            this.refused = refused;
        }

        Refused refused() {
            return refused;
        }
    }

    private static final class PipeInput extends InputStream {
        private final TlsPipe pipe;

        PipeInput(TlsPipe pipe) {
            this.pipe = pipe;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return length == 0 ? 0 : pipe.read(ByteBuffer.wrap(into, offset, length));
        }
    }
}
