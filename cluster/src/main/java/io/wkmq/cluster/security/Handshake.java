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
 * What two nodes say to each other before anything else: who they are, and that both know the cookie. The state machine of
 * one side of one connection. Not thread-safe; knows neither sockets nor clocks; what it keeps is bounded.
 *
 * <pre>
 * initiator                                  acceptor
 *   HELLO(nonce, introduction)  -------------&gt;
 *        &lt;------------------------  HELLO(nonce, introduction)
 *   PROOF(mac of both hellos)   -------------&gt;
 *        &lt;------------------------  VERDICT(code, text, mac of both hellos, code and text)
 * </pre>
 *
 * <p>The initiator proves first: who does not know the cookie gets nothing to try out cookies on. Nodes without a cookie send
 * empty proofs. Of the other side's bytes nothing is looked into before its proof but fields of bounded length.
 *
 * <p>Whoever owns the connection passes on what comes ({@link #receive}), sends what is to be sent ({@link #send}), and looks
 * at the {@link #state} after each. If that is not over within {@link #limit} it says {@link #timedOut}.
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
    private ByteBuffer part = ByteBuffer.allocate(HandshakeFrames.PREFACE_BYTES); // the bytes that are waited for
    private boolean prefaceSeen;
    private int frameType; // 0 while the next header is waited for
    private @Nullable Introduction peer;

    /** How far the handshake is. */
    public sealed interface State permits InProgress, Accepted, Refused {}

    /** It goes on. */
    public record InProgress() implements State {}

    /**
     * Both sides take the connection; what comes next belongs to whatever it is for.
     *
     * @param peer the other node, which has proved that it knows the cookie if there is one
     */
    public record Accepted(Introduction peer) implements State {}

    /**
     * One side does not take the connection; it is to be closed when all is sent.
     *
     * @param code the reason
     * @param text the reason for people; from another node, whoever it may be, if {@code byPeer}
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
     * The side that has connected.
     *
     * @param judge decides about the node that has accepted, after that one
     * @param limit how long it may take
     */
    static Handshake initiator(
            Introduction self, @Nullable Cookie cookie, Judge judge, Duration limit, SecureRandom random) {
        return new Handshake(true, self, Set.of(self.purpose()), cookie, judge, limit, random);
    }

    /**
     * The side that has been connected to.
     *
     * @param self who it is; the purpose is of no meaning
     * @param taken what connections to this port are for
     * @param judge decides about the node that has connected
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

    /** How long the connection may take for it, TLS included. */
    public Duration limit() {
        return limit;
    }

    /** How far it is. */
    public State state() {
        return state;
    }

    /**
     * How many bytes of the other side are waited for, at least; 0 when the handshake is over. Who reads no more than that never
     * reads what follows the handshake.
     */
    public int missing() {
        return state == IN_PROGRESS ? part.remaining() : 0;
    }

    /** Takes bytes of the other side. Leaves what follows the handshake, and everything once that is over. */
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

    /** Moves what is to be sent, as much of it as fits. Returns whether that was all. */
    public boolean send(ByteBuffer out) {
        int count = Math.min(outgoing.remaining(), out.remaining());
        out.put(outgoing.slice(outgoing.position(), count));
        outgoing.position(outgoing.position() + count);
        return !outgoing.hasRemaining();
    }

    /** How many bytes there are to be sent. */
    public int toSend() {
        return outgoing.remaining();
    }

    /** The other side hung up, or the connection broke. Does nothing once the handshake is over. */
    public void closed() {
        if (state == IN_PROGRESS) {
            String hint = prefaceSeen
                    ? ""
                    : ", before it said anything; it may be no node, or one of the two uses TLS and the other does not:"
                            + " cluster.tls.* is to be the same on all nodes";
            state = new Refused(Code.SILENT, "The connection was closed" + hint, false);
        }
    }

    /** The time is up. Does nothing once the handshake is over. */
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
            // an acceptor that cannot even read the hello answers with its verdict
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
        // what is quoted of the other side's bytes comes into logs
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
