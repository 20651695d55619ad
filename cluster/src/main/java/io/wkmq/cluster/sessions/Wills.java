package io.wkmq.cluster.sessions;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.protocol.SessionMessage;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Fates;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guard;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Reclaim;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Tell;
import io.wkmq.routing.NodeId;
import io.wkmq.session.KeptWill;
import io.wkmq.session.Will;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The wills that nodes guard for each other: see {@link OwnWills}, {@link OthersWills} and {@link KeptWills}. Belongs to the
 * claims' thread except where stated otherwise.
 */
final class Wills {
    private final OwnWills own;
    private final OthersWills others;
    private final KeptWills kept;

    /**
     * Creates it without any will.
     *
     * @param met the nodes that this one has met before and that may come
     * @param loop the claims' thread
     */
    Wills(
            Peer self,
            LocalSessions sessions,
            Moves.Line line,
            Supplier<MetNodes> met,
            Executor loop,
            LongSupplier clockMs,
            ClaimLimits limits) {
        this.own = new OwnWills(
                self.incarnation(),
                (node, guard, answered, unanswered) -> line.ask(node, guard, answer -> answered.run(), unanswered),
                clockMs,
                limits.retryMs());
        this.others = new OthersWills(
                sessions::publishWill, new SettledWills(SettledWills.DEFAULT_MAX), clockMs, limits.willGraceMs());
        this.kept = new KeptWills(
                self.incarnation(),
                (node, reclaim, answered, unanswered) -> line.ask(
                        node,
                        reclaim,
                        answer -> {
                            if (answer instanceof Fates fates) {
                                answered.accept(fates.fates());
                            } else {
                                unanswered.run();
                            }
                        },
                        unanswered),
                met,
                loop,
                clockMs,
                limits.retryMs(),
                limits.willRestartMs());
    }

    OwnWills own() {
        return own;
    }

    void here(Peer peer) {
        own.here(peer);
        others.here(peer);
        kept.here(peer);
    }

    void parts(Peer peer) {
        others.parts(peer);
    }

    void gone(Peer peer) {
        own.gone(peer);
        others.gone(peer);
        kept.gone(peer);
    }

    void cleaned(Node node, boolean mayComeBack) {
        if (!mayComeBack) {
            others.removed(node);
        }
    }

    void tick() {
        own.flush();
        others.tick();
        kept.tick();
    }

    /** Sends pending changes. */
    void flush() {
        own.flush();
    }

    /** See {@link io.wkmq.session.SessionDirectory#guard}. */
    void guard(String clientId, long epoch, @Nullable Will will, long delaySeconds) {
        own.guard(clientId, epoch, will, delaySeconds);
        if (will == null) {
            kept.over(clientId, epoch);
        }
    }

    /** See {@link io.wkmq.session.SessionDirectory#reclaim}. */
    void reclaim(String clientId, long epoch, KeptWill will) {
        kept.add(clientId, epoch, will);
    }

    /** Called when this node is in its cluster, or in one of its own. */
    void entered() {
        kept.entered();
    }

    /** Called when all restored sessions are known. */
    void allKnown() {
        kept.allAdded();
    }

    /** Returns whether to report void wills although there may be no other nodes. Any thread. */
    boolean reclaiming() {
        return kept.any();
    }

    /** Called when this node has claimed a client. */
    void claimed(NodeId self, String clientId, long epoch) {
        others.claimed(self, clientId, epoch);
    }

    /** Called when a node tells which sessions it has. */
    void told(NodeId from, Tell tell) {
        tell.held().forEach(held -> others.claimed(from, held.clientId(), held.epoch()));
    }

    /** Handles the request of a present node to guard wills. */
    void guard(NodeId from, Guard guard) {
        others.guard(from, guard);
    }

    /** Answers a present node that asks what has become of wills. */
    SessionMessage reclaim(NodeId from, Reclaim reclaim, ToLongFunction<String> claimedUnder) {
        return new Fates(others.reclaim(from, reclaim, claimedUnder));
    }

    /** Returns the number of guarded wills of other nodes' clients. Any thread. */
    int guarded() {
        return others.guarded();
    }
}
