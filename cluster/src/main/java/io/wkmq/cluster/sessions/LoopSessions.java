package io.wkmq.cluster.sessions;

import io.wkmq.routing.NodeId;
import io.wkmq.session.MovedMessages;
import io.wkmq.session.MovedSession;
import io.wkmq.session.Will;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Decorates the sessions of a node so that callbacks run on the claims' thread. Thread-safe. */
final class LoopSessions implements LocalSessions {
    private final Supplier<LocalSessions> sessions;
    private final Executor loop;

    /** Decorates the sessions that the supplier returns at the time of each call. */
    LoopSessions(Supplier<LocalSessions> sessions, Executor loop) {
        this.sessions = sessions;
        this.loop = loop;
    }

    @Override
    public void giveUp(String clientId, long epoch, Runnable done) {
        sessions.get().giveUp(clientId, epoch, () -> loop.execute(done));
    }

    @Override
    public void publishWill(String clientId, Will will, Runnable published) {
        sessions.get().publishWill(clientId, will, () -> loop.execute(published));
    }

    @Override
    public void freeze(String clientId, long claim, LongConsumer frozen) {
        sessions.get().freeze(clientId, claim, epoch -> loop.execute(() -> frozen.accept(epoch)));
    }

    @Override
    public void thaw(String clientId, long claim) {
        sessions.get().thaw(clientId, claim);
    }

    @Override
    public void describe(String clientId, long claim, Consumer<@Nullable MovedSession> described) {
        sessions.get().describe(clientId, claim, session -> loop.execute(() -> described.accept(session)));
    }

    @Override
    public void messages(String clientId, long claim, Consumer<@Nullable MovedMessages> listed) {
        sessions.get().messages(clientId, claim, messages -> loop.execute(() -> listed.accept(messages)));
    }

    @Override
    public void sending(String clientId, long claim, Consumer<Boolean> noted) {
        sessions.get().sending(clientId, claim, frozen -> loop.execute(() -> noted.accept(frozen)));
    }

    @Override
    public void forget(String clientId, long claim, long epoch, Consumer<Boolean> forgotten) {
        sessions.get().forget(clientId, claim, epoch, done -> loop.execute(() -> forgotten.accept(done)));
    }

    @Override
    public void pass(NodeId towards, Consumer<Boolean> passed) {
        sessions.get().pass(towards, there -> loop.execute(() -> passed.accept(there)));
    }

    @Override
    public boolean reaches(NodeId node) {
        return sessions.get().reaches(node);
    }
}
