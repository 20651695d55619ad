package io.wkmq.cluster.sessions;

import io.wkmq.routing.Forwarder;
import io.wkmq.routing.NodeId;
import io.wkmq.session.MovedMessages;
import io.wkmq.session.MovedSession;
import io.wkmq.session.SessionMoves;
import io.wkmq.session.Sessions;
import io.wkmq.session.Will;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** This node's sessions, as seen by the other nodes. Thread-safe; does not block. */
public interface LocalSessions {
    /** See {@link Sessions#giveUp}. */
    void giveUp(String clientId, long epoch, Runnable done);

    /** See {@link Sessions#publishWill}. */
    void publishWill(String clientId, Will will, Runnable published);

    /** See {@link SessionMoves#freeze}. */
    void freeze(String clientId, long claim, LongConsumer frozen);

    /** See {@link SessionMoves#thaw}. */
    void thaw(String clientId, long claim);

    /** See {@link SessionMoves#describe}. */
    void describe(String clientId, long claim, Consumer<@Nullable MovedSession> described);

    /** See {@link SessionMoves#messages}. */
    void messages(String clientId, long claim, Consumer<@Nullable MovedMessages> listed);

    /** See {@link SessionMoves#sending}. */
    void sending(String clientId, long claim, Consumer<Boolean> noted);

    /** See {@link SessionMoves#forget}. */
    void forget(String clientId, long claim, long epoch, Consumer<Boolean> forgotten);

    /**
     * Calls back, on any thread, once all messages that this node has routed so far to another node, or to itself, have arrived
     * there; with false if that cannot be known.
     */
    void pass(NodeId towards, Consumer<Boolean> passed);

    /** Returns whether messages currently reach another node. */
    boolean reaches(NodeId node);

    /**
     * Returns the sessions of a real node.
     *
     * @param self the node
     * @param forwarder carries its messages to other nodes
     */
    static LocalSessions of(Sessions sessions, NodeId self, Forwarder forwarder) {
        return new NodeSessions(sessions, self, forwarder);
    }
}
