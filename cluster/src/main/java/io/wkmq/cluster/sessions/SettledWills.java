package io.wkmq.cluster.sessions;

import io.wkmq.cluster.sessions.protocol.SessionMessage.Fate;
import io.wkmq.routing.NodeId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which wills of other nodes' clients this one has published or found void. It remembers that until their node, which has them on its
 * disk, has taken note; {@link #max} of them, then the oldest go, and may be published again by their node. In memory only. Belongs to
 * the claims' thread.
 */
final class SettledWills {
    /** Some 100 bytes each. */
    static final int DEFAULT_MAX = 1_000_000;

    private static final Logger log = LoggerFactory.getLogger(SettledWills.class);

    private final int max;
    private final Map<Key, Settled> all = new LinkedHashMap<>(); // oldest first
    private boolean warned;

    /** None so far; {@code max} at a time. */
    SettledWills(int max) {
        this.max = max;
    }

    private record Key(NodeId node, String clientId) {}

    /** All wills of a client under claims up to that epoch, with the run of its node that they were of. */
    private record Settled(long incarnation, long epoch, boolean done) {}

    /** A will begins to be published; {@link #published} follows. */
    void publishing(NodeId node, long incarnation, String clientId, long epoch) {
        put(new Key(node, clientId), new Settled(incarnation, epoch, false));
    }

    void published(NodeId node, String clientId, long epoch) {
        all.computeIfPresent(
                new Key(node, clientId),
                (key, was) -> was.epoch > epoch ? was : new Settled(was.incarnation, was.epoch, true));
    }

    /** A will is void. */
    void found(NodeId node, long incarnation, String clientId, long epoch) {
        put(new Key(node, clientId), new Settled(incarnation, epoch, true));
    }

    private void put(Key key, Settled now) {
        Settled was = all.get(key);
        if (was != null && was.epoch >= now.epoch) {
            return;
        }
        all.remove(key); // it is the newest now
        all.put(key, now);
        if (all.size() > max) {
            Iterator<Key> oldest = all.keySet().iterator();
            oldest.next();
            oldest.remove();
            if (!warned) {
                warned = true;
                log.warn(
                        "More wills of dead nodes are settled than can be remembered, those nodes may publish some"
                                + " again, max={}",
                        max);
            }
        }
    }

    /** What became of a will; null if that is not known here. */
    @Nullable
    Fate fate(NodeId node, String clientId, long epoch) {
        Settled settled = all.get(new Key(node, clientId));
        if (settled == null || settled.epoch < epoch) {
            return null;
        }
        return settled.done ? Fate.SETTLED : Fate.UNDECIDED;
    }

    /** The run of the node that had the will says itself what becomes of it. */
    void forget(NodeId node, long incarnation, String clientId, long epoch) {
        Key key = new Key(node, clientId);
        Settled settled = all.get(key);
        if (settled != null && settled.incarnation == incarnation && settled.epoch <= epoch) {
            all.remove(key);
        }
    }

    /** The same for all wills of that run. */
    void forgetRun(NodeId node, long incarnation) {
        forgetIf((key, settled) -> key.node.equals(node) && settled.incarnation == incarnation);
    }

    /** The disk of the node, whose run that is, has what there was to know of those before. */
    void forgetRunsBefore(NodeId node, long incarnation) {
        forgetIf((key, settled) -> key.node.equals(node) && settled.incarnation != incarnation);
    }

    /** The node does not come back. */
    void forgetNode(NodeId node) {
        forgetIf((key, settled) -> key.node.equals(node));
    }

    private void forgetIf(BiPredicate<Key, Settled> over) {
        all.entrySet().removeIf(entry -> over.test(entry.getKey(), entry.getValue()));
    }

    int size() {
        return all.size();
    }
}
