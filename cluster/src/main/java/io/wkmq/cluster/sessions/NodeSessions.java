package io.wkmq.cluster.sessions;

import io.wkmq.routing.Audience;
import io.wkmq.routing.Forwarder;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.session.MovedMessages;
import io.wkmq.session.MovedSession;
import io.wkmq.session.SessionMoves;
import io.wkmq.session.Sessions;
import io.wkmq.session.Will;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The sessions of a node together with its links. Thread-safe. */
final class NodeSessions implements LocalSessions {
    /** A message for no subscriber. Its acknowledgement shows that the other node has everything forwarded before it. */
    private static final Message MARK = new Message(
            TopicName.of("$wkmq/mark"),
            new byte[0],
            Qos.AT_LEAST_ONCE,
            false,
            MessageProperties.NONE,
            "",
            0,
            Message.NEVER);

    private static final Audience NOBODY = new Audience(false, List.of());

    private final Sessions sessions;
    private final SessionMoves moves;
    private final NodeId self;
    private final Forwarder forwarder;

    NodeSessions(Sessions sessions, NodeId self, Forwarder forwarder) {
        this.sessions = sessions;
        this.moves = sessions.moves();
        this.self = self;
        this.forwarder = forwarder;
    }

    @Override
    public void giveUp(String clientId, long epoch, Runnable done) {
        sessions.giveUp(clientId, epoch, done);
    }

    @Override
    public void publishWill(String clientId, Will will, Runnable published) {
        sessions.publishWill(clientId, will, published);
    }

    @Override
    public void freeze(String clientId, long claim, LongConsumer frozen) {
        moves.freeze(clientId, claim, frozen);
    }

    @Override
    public void thaw(String clientId, long claim) {
        moves.thaw(clientId, claim);
    }

    @Override
    public void describe(String clientId, long claim, Consumer<@Nullable MovedSession> described) {
        moves.describe(clientId, claim, described);
    }

    @Override
    public void messages(String clientId, long claim, Consumer<@Nullable MovedMessages> listed) {
        moves.messages(clientId, claim, listed);
    }

    @Override
    public void sending(String clientId, long claim, Consumer<Boolean> noted) {
        moves.sending(clientId, claim, noted);
    }

    @Override
    public void forget(String clientId, long claim, long epoch, Consumer<Boolean> forgotten) {
        moves.forget(clientId, claim, epoch, forgotten);
    }

    @Override
    public void pass(NodeId towards, Consumer<Boolean> passed) {
        moves.passAll(() -> {
            if (towards.equals(self)) {
                passed.accept(true);
            } else {
                Mark mark = new Mark(passed);
                forwarder.forward(towards, MARK, NOBODY, mark);
                mark.done();
            }
        });
    }

    @Override
    public boolean reaches(NodeId node) {
        return forwarder.reaches(node);
    }

    /** Waits for the other node to acknowledge the mark. */
    private static final class Mark implements HandOver {
        private final Consumer<Boolean> passed;
        private final AtomicInteger left = new AtomicInteger(1); // 1 for the forwarding call
        private volatile boolean failed;

        Mark(Consumer<Boolean> passed) {
            this.passed = passed;
        }

        @Override
        public void expect() {
            left.incrementAndGet();
        }

        @Override
        public void done() {
            if (left.decrementAndGet() == 0) {
                passed.accept(!failed);
            }
        }

        @Override
        public void failed(String reason) {
            failed = true;
            done();
        }
    }
}
