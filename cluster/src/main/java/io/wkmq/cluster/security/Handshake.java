package io.wkmq.cluster.security;

import io.wkmq.cluster.security.Verdict.Code;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first exchange between two nodes, which establishes who they are and that both know the cookie. A state machine for one side
 * of one connection. Not thread-safe; independent of sockets and clocks; its memory is bounded.
 *
 * <pre>
 * initiator                                  acceptor
 *   HELLO(nonce, introduction)  -------------&gt;
 *        &lt;------------------------  HELLO(nonce, introduction)
 *   PROOF(mac of both hellos)   -------------&gt;
 *        &lt;------------------------  VERDICT(code, text, mac of both hellos, code and text)
 * </pre>
 *
 * <p>The initiator proves first, so a client that does not know the cookie gets nothing to test guesses against. Nodes without a
 * cookie send empty proofs. Before the other side's proof only fields of bounded length are parsed.
 *
 * <p>The owner of the connection passes received bytes to {@link #receive}, sends what {@link #send} provides, and checks
 * {@link #state} after each. If the handshake is not over within {@link #limit} the owner calls {@link #timedOut}.
 */
public final class Handshake {
    private static final State IN_PROGRESS = new InProgress();
    private static final byte[] NO_PROOF = {};

    private final boolean initiator;
    private final Introduction self;
    private final Set<Purpose> taken;
    private final Judge judge;
    private final Duration limit;
    private final byte[] hello;
    private final Transcript transcript;

    private State state = IN_PROGRESS;
    private ByteBuffer outgoing = ByteBuffer.allocate(0);
    private ByteBuffer part = ByteBuffer.allocate(HandshakeFrames.PREFACE_BYTES); // the bytes being waited for
    private boolean prefaceSeen;
    private int frameType; // 0 while waiting for a header
    private @Nullable Introduction peer;

    /** The progress of the handshake. */
    public sealed interface State permits InProgress, Accepted, Refused {}

    /** The handshake is not over. */
    public record InProgress() implements State {}

    /**
     * Both sides accept the connection; all further bytes belong to its purpose.
     *
     * @param peer the other node, which has proved to know the cookie, if there is one
     */
    public record Accepted(Introduction peer) implements State {}

    /**
     * One side refuses the connection, which must be closed when everything is sent.
     *
     * @param code the reason
     * @param text the reason in words; if {@code byPeer}, from the possibly unauthenticated other side
     * @param byPeer whether the other side refuses
     */
    public record Refused(Code code, String text, boolean byPeer) implements State {}

    private Handshake(
            boolean initiator,
            Introduction self,
            Set<Purpose> taken,
            @Nullable Cookie cookie,
            Judge judge,
            Duration limit,
            SecureRandom random) {
        this.initiator = initiator;
        this.self = self;
        this.taken = taken;
        this.judge = judge;
        this.limit = limit;
        this.transcript = new Transcript(cookie);
        byte[] nonce = new byte[HandshakeFrames.NONCE_BYTES];
        random.nextBytes(nonce);
        this.hello = HandshakeFrames.hello(nonce, self);
        if (initiator) {
            transcript.initiatorSaid(hello);
            answerWithPreface(HandshakeFrames.HELLO, hello);
        }
    }

    /**
     * Creates the side that has connected.
     *
     * @param judge decides about the accepting node, after that one has accepted
     * @param limit how long it may take
     */
    static Handshake initiator(
            Introduction self, @Nullable Cookie cookie, Judge judge, Duration limit, SecureRandom random) {
        return new Handshake(true, self, Set.of(self.purpose()), cookie, judge, limit, random);
    }

    /**
     * Creates the side that has been connected to.
     *
     * @param self its purpose is ignored
     * @param taken the purposes that connections to this port may have
     * @param judge decides about the connecting node
     * @param limit how long it may take
     */
    static Handshake acceptor(
            Introduction self,
            Set<Purpose> taken,
            @Nullable Cookie cookie,
            Judge judge,
            Duration limit,
            SecureRandom random) {
        return new Handshake(false, self, Set.copyOf(taken), cookie, judge, limit, random);
    }

    /** Returns how long TLS and the handshake may take together. */
    public Duration limit() {
        return limit;
    }

    /** Returns the progress of the handshake. */
    public State state() {
        return state;
    }

    /**
     * Returns the minimum number of bytes still expected from the other side; 0 when the handshake is over. A caller that reads no
     * more than that never reads beyond the handshake.
     */
    public int missing() {
        return state == IN_PROGRESS ? part.remaining() : 0;
    }

    /** Consumes bytes of the other side. Leaves the bytes behind the handshake, and everything once it is over. */
    public void receive(ByteBuffer in) {
        while (state == IN_PROGRESS && in.hasRemaining()) {
            int count = Math.min(part.remaining(), in.remaining());
            part.put(in.slice(in.position(), count));
            in.position(in.position() + count);
            if (!part.hasRemaining()) {
                complete(part.array());
            }
        }
    }

    /** Copies pending output to the buffer, as much as fits. Returns whether that was all. */
    public boolean send(ByteBuffer out) {
        int count = Math.min(outgoing.remaining(), out.remaining());
        out.put(outgoing.slice(outgoing.position(), count));
        outgoing.position(outgoing.position() + count);
        return !outgoing.hasRemaining();
    }

    /** Returns the number of bytes pending to be sent. */
    public int toSend() {
        return outgoing.remaining();
    }

    /** Records that the connection was closed or broke. Does nothing once the handshake is over. */
    public void closed() {
        if (state == IN_PROGRESS) {
            String hint = prefaceSeen
                    ? ""
                    : ", before it said anything; it may be no node, or one of the two uses TLS and the other does not:"
                            + " cluster.tls.* is to be the same on all nodes";
            state = new Refused(Code.SILENT, "The connection was closed" + hint, false);
        }
    }

    /** Records that the time is up. Does nothing once the handshake is over. */
    public void timedOut() {
        if (state == IN_PROGRESS) {
            String text = "The other side did not finish the handshake within " + limit.toMillis() + " ms";
            state = new Refused(Code.SILENT, prefaceSeen ? text : text + "; it said nothing at all", false);
        }
    }

    private void complete(byte[] bytes) {
        if (!prefaceSeen) {
            preface(bytes);
        } else if (frameType == 0) {
            header(bytes);
        } else {
            int type = frameType;
            frameType = 0;
            part = ByteBuffer.allocate(HandshakeFrames.HEADER_BYTES);
            frame(type, bytes);
        }
    }

    private void preface(byte[] bytes) {
        prefaceSeen = true;
        part = ByteBuffer.allocate(HandshakeFrames.HEADER_BYTES);
        Verdict problem = HandshakeFrames.prefaceProblem(bytes);
        if (problem == null) {
            return;
        }
        if (problem.code() == Code.VERSION) {
            refuse(problem);
        } else {
            refuseSilently(problem);
        }
    }

    private void header(byte[] bytes) {
        ByteBuffer header = ByteBuffer.wrap(bytes);
        int type = header.get();
        int length = header.getShort() & 0xFFFF;
        if (!expected(type) || length > HandshakeFrames.BODY_BYTES_MAX) {
            refuse(malformed("a frame of type " + (type & 0xFF) + " with " + length + " bytes does not belong there"));
            return;
        }
        if (length == 0) {
            frame(type, NO_PROOF);
            part = ByteBuffer.allocate(HandshakeFrames.HEADER_BYTES);
        } else {
            frameType = type;
            part = ByteBuffer.allocate(length);
        }
    }

    private boolean expected(int type) {
        if (initiator) {
            // an acceptor that cannot even parse the hello answers with a verdict at once
            return type == HandshakeFrames.VERDICT || (type == HandshakeFrames.HELLO && peer == null);
        }
        return type == (peer == null ? HandshakeFrames.HELLO : HandshakeFrames.PROOF);
    }

    private void frame(int type, byte[] body) {
        if (type == HandshakeFrames.HELLO) {
            hello(body);
        } else if (type == HandshakeFrames.PROOF) {
            proof(body);
        } else {
            verdict(body);
        }
    }

    private void hello(byte[] body) {
        try {
            peer = HandshakeFrames.introduction(body);
        } catch (IllegalArgumentException e) {
            refuse(malformed(String.valueOf(e.getMessage())));
            return;
        }
        if (initiator) {
            transcript.acceptorSaid(body);
            answer(HandshakeFrames.PROOF, transcript.initiatorProof());
        } else {
            transcript.initiatorSaid(body);
            transcript.acceptorSaid(hello);
            answerWithPreface(HandshakeFrames.HELLO, hello);
        }
    }

    private void proof(byte[] proof) {
        Introduction introduction = requirePeer();
        if (!MessageDigest.isEqual(proof, transcript.initiatorProof())) {
            refuse(wrongCookie());
            return;
        }
        Verdict verdict = judged(introduction);
        if (!verdict.accepted()) {
            refuse(verdict);
            return;
        }
        byte[] ok = HandshakeFrames.verdict(verdict);
        answer(HandshakeFrames.VERDICT, ok, transcript.acceptorProof(ok));
        state = new Accepted(introduction);
    }

    private void verdict(byte[] body) {
        ByteBuffer in = ByteBuffer.wrap(body);
        Verdict verdict;
        try {
            verdict = HandshakeFrames.verdict(in);
        } catch (IllegalArgumentException e) {
            refuse(malformed(String.valueOf(e.getMessage())));
            return;
        }
        if (!verdict.accepted()) {
            state = new Refused(verdict.code(), verdict.text(), true);
            return;
        }
        if (peer == null) {
            refuse(malformed("the other node accepts before it has introduced itself"));
            return;
        }
        Introduction introduction = peer;
        byte[] proof = Arrays.copyOfRange(body, in.position(), body.length);
        boolean proved = MessageDigest.isEqual(proof, transcript.acceptorProof(HandshakeFrames.verdict(verdict)));
        Verdict own = proved ? judged(introduction) : wrongCookie();
        state = own.accepted() ? new Accepted(introduction) : new Refused(own.code(), own.text(), false);
    }

    private Verdict judged(Introduction introduction) {
        if (introduction.node().id().equals(self.node().id()) && introduction.incarnation() == self.incarnation()) {
            return Verdict.refusal(Code.SELF, "Node " + self.node().name() + " has met itself");
        }
        if (!initiator && !taken.contains(introduction.purpose())) {
            return Verdict.refusal(
                    Code.WRONG_PURPOSE,
                    "The connection is for " + introduction.purpose() + "; this port takes those for " + taken);
        }
        if (!introduction.clusterName().equals(self.clusterName())) {
            return Verdict.refusal(
                    Code.OTHER_CLUSTER,
                    "Node " + self.node().name() + " belongs to cluster '" + self.clusterName() + "' and node "
                            + introduction.node().name() + " to cluster '" + introduction.clusterName()
                            + "'; cluster.name must be the same");
        }
        return judge.judge(introduction);
    }

    private static Verdict wrongCookie() {
        return Verdict.refusal(
                Code.WRONG_COOKIE,
                "The nodes have different cookies, or only one has any; node.cookie must be the same");
    }

    private static Verdict malformed(String problem) {
        // quotes of the other side's bytes end up in logs
        return Verdict.refusal(Code.MALFORMED, "The handshake is malformed: " + HandshakeFrames.printable(problem));
    }

    private Introduction requirePeer() {
        if (peer == null) {
            throw new IllegalStateException("A proof is looked at before the hello");
        }
        return peer;
    }

    /** Ends the handshake. The acceptor says why; an initiator just closes. */
    private void refuse(Verdict refusal) {
        if (!initiator) {
            byte[] verdict = HandshakeFrames.verdict(refusal);
            if (peer == null) {
                answerWithPreface(HandshakeFrames.VERDICT, verdict);
            } else {
                answer(HandshakeFrames.VERDICT, verdict);
            }
        }
        refuseSilently(refusal);
    }

    private void refuseSilently(Verdict refusal) {
        state = new Refused(refusal.code(), refusal.text(), false);
    }

    private void answerWithPreface(int type, byte[] body) {
        ByteBuffer preface = ByteBuffer.allocate(HandshakeFrames.PREFACE_BYTES);
        HandshakeFrames.writePreface(preface);
        append(preface.flip());
        answer(type, body);
    }

    private void answer(int type, byte[]... body) {
        ByteBuffer frame = ByteBuffer.allocate(HandshakeFrames.HEADER_BYTES + HandshakeFrames.BODY_BYTES_MAX);
        HandshakeFrames.writeFrame(frame, type, body);
        append(frame.flip());
    }

    private void append(ByteBuffer more) {
        outgoing = ByteBuffer.allocate(outgoing.remaining() + more.remaining())
                .put(outgoing)
                .put(more)
                .flip();
    }
}
