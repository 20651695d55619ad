package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.server.ServerConnection;
import io.wkmq.cluster.security.Handshake;
import io.wkmq.cluster.security.Handshake.Accepted;
import io.wkmq.cluster.security.Handshake.InProgress;
import io.wkmq.cluster.security.Handshake.Refused;
import io.wkmq.cluster.security.Handshake.State;
import io.wkmq.cluster.security.Purpose;
import io.wkmq.cluster.security.Verdict.Code;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handshake of one connection, shared by its two pipelines, which run on different threads. Thread-safe. No byte of the connection
 * reaches Hazelcast before the handshake is over and the other node is accepted.
 */
final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final Channel channel;
    private final ServerConnection connection;
    private final Consumer<Refused> onRefused;
    private final Consumer<Gate> onOver;
    private final EnquiryAnswerer enquiries;

    @GuardedBy("this")
    private final Handshake handshake;

    @GuardedBy("this")
    private @Nullable Refused refused;

    @GuardedBy("this")
    private boolean over;

    @GuardedBy("this")
    private final ByteBuffer question = ByteBuffer.allocate(Enquiry.QUESTION_BYTES_MAX);

    @GuardedBy("this")
    private boolean asked;

    @GuardedBy("this")
    private @Nullable ByteBuffer answer;

    Gate(
            Channel channel,
            ServerConnection connection,
            Handshake handshake,
            EnquiryAnswerer enquiries,
            Consumer<Refused> onRefused,
            Consumer<Gate> onOver) {
        this.channel = channel;
        this.connection = connection;
        this.handshake = handshake;
        this.enquiries = enquiries;
        this.onRefused = onRefused;
        this.onOver = onOver;
    }

    /** What a pipeline is to do next. */
    enum Step {
        /** Wait for the other side. */
        WAIT,
        /** Hand over to Hazelcast. */
        PASS,
        /** Read the question of an enquiry, or wait for its answer. */
        QUESTION,
        /** Close the connection once everything is sent. */
        CLOSE
    }

    /** Returns how many bytes to read at most; the bytes that follow the handshake belong to Hazelcast. */
    synchronized int missing() {
        if (step() != Step.QUESTION) {
            return handshake.missing();
        }
        return asked ? 1 : Enquiry.missing(question); // reading one byte detects that the peer disconnects
    }

    /** Processes bytes received from the other side. */
    Step receive(ByteBuffer in) {
        Step step;
        boolean send;
        synchronized (this) {
            if (step() == Step.QUESTION) {
                question(in);
            } else {
                handshake.receive(in);
            }
            step = settle();
            send = handshake.toSend() > 0 || step != Step.WAIT;
        }
        if (send) {
            channel.outboundPipeline().wakeup();
        }
        return step;
    }

    @GuardedBy("this")
    private void question(ByteBuffer in) {
        int count = asked ? 0 : Math.min(Enquiry.missing(question), in.remaining());
        question.put(in.slice(in.position(), count)); // it may arrive in parts
        in.position(in.limit());
        if (!asked && Enquiry.missing(question) == 0 && handshake.state() instanceof Accepted accepted) {
            asked = true;
            Enquiry.Question whole = Enquiry.question(question.flip());
            var unused = enquiries
                    .answer(accepted.peer(), whole)
                    .whenComplete((found, failure) -> answered(whole, found, failure));
        }
    }

    private void answered(Enquiry.Question whole, @Nullable EnquiryAnswer found, @Nullable Throwable failure) {
        if (found == null) {
            LOG.warn(
                    "Not answering a node that asked for the members remote={}",
                    channel.remoteSocketAddress(),
                    failure);
            close();
            return;
        }
        synchronized (this) {
            answer = Enquiry.encode(found, whole.version());
        }
        channel.outboundPipeline().wakeup();
    }

    /** Returns whether the connection waits for the answer to its question. */
    synchronized boolean answering() {
        return asked && answer == null;
    }

    /** Moves pending output into the buffer. */
    synchronized Step send(ByteBuffer out) {
        boolean all = handshake.send(out);
        ByteBuffer more = answer;
        if (all && more != null) {
            int count = Math.min(more.remaining(), out.remaining());
            out.put(more.slice(more.position(), count));
            more.position(more.position() + count);
            all = !more.hasRemaining();
        }
        return all ? settle() : Step.WAIT;
    }

    synchronized boolean sending() {
        ByteBuffer more = answer;
        return handshake.toSend() > 0 || (more != null && more.hasRemaining());
    }

    /** Handles a broken connection, perhaps broken because it was closed. Closes it for good, so that Hazelcast does not complain. */
    void failed(Throwable error) {
        synchronized (this) {
            if (step() == Step.PASS) {
                return;
            }
            if (!over && error instanceof SSLException) {
                refuse(new Refused(
                        Code.NOT_A_NODE,
                        "TLS failed: " + error.getMessage()
                                + "; cluster.tls.* must be set on all nodes, with certificates that they all trust",
                        false));
            }
            handshake.closed();
            settle();
        }
        close();
    }

    /** Closes the connection to make room for newer ones, unless its handshake is over. */
    void giveUp() {
        synchronized (this) {
            if (over) {
                return;
            }
            refuse(new Refused(Code.SILENT, "Too many connections are in their handshakes", false));
        }
        close();
    }

    /** Handles that the connection was closed. */
    synchronized void closed() {
        end();
    }

    void close() {
        connection.close("It did not pass the handshake between nodes", null);
    }

    /** Handles the end of the time limit. Returns whether the connection is to be closed. */
    synchronized boolean timedOut() {
        boolean late = step() != Step.PASS;
        handshake.timedOut();
        settle();
        return late;
    }

    @GuardedBy("this")
    private Step settle() {
        State state = handshake.state();
        if (!over && !(state instanceof InProgress)) {
            end();
            if (state instanceof Refused why) {
                refuse(why);
            }
        }
        return step();
    }

    @GuardedBy("this")
    private void end() {
        if (!over) {
            over = true;
            onOver.accept(this);
        }
    }

    @GuardedBy("this")
    private void refuse(Refused why) {
        end();
        if (refused == null) {
            refused = why;
            onRefused.accept(why);
        }
    }

    @GuardedBy("this")
    private Step step() {
        if (refused != null) {
            return Step.CLOSE;
        }
        if (!(handshake.state() instanceof Accepted accepted)) {
            return Step.WAIT;
        }
        if (accepted.peer().purpose() == Purpose.ENQUIRY) {
            return answer == null ? Step.QUESTION : Step.CLOSE;
        }
        return Step.PASS;
    }
}
