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
 * The wills of other nodes' clients that this node has published or found void. Remembered until their node, which has them on its
 * disk, has taken note; beyond {@link #max} the oldest are forgotten, and their node may publish them again. In memory only.
 * Belongs to the claims' thread.
 */
final class SettledWills {
    /** About 100 bytes each. */
    static final int DEFAULT_MAX = 1_000_000;

    private static final Logger log = LoggerFactory.getLogger(SettledWills.class);

    private final int max;
    private final Map<Key, Settled> all = new LinkedHashMap<>(); // oldest first
    private boolean warned;

    /** Creates it without any will; remembers {@code max} at most. */
    SettledWills(int max) {
        this.max = max;
    }

    private record Key(NodeId node, String clientId) {}

    /** Covers all wills of a client under claims up to that epoch, with the process of its node that they are from. */
    private record Settled(long incarnation, long epoch, boolean done) {}

    /** Records that a will is about to be published; {@link #published} follows. */
    void publishing(NodeId node, long incarnation, String clientId, long epoch) {
        put(new Key(node, clientId), new Settled(incarnation, epoch, false));
    }

    void published(NodeId node, String clientId, long epoch) {
        all.computeIfPresent(
                new Key(node, clientId),
                (key, was) -> was.epoch > epoch ? was : new Settled(was.incarnation, was.epoch, true));
    }

    /** Records that a will is void. */
    void found(NodeId node, long incarnation, String clientId, long epoch) {
        put(new Key(node, clientId), new Settled(incarnation, epoch, true));
    }

    private void put(Key key, Settled now) {
        Settled was = all.get(key);
        if (was != null && was.epoch >= now.epoch) {
            return;
        }
        all.remove(key); // reinserted as the newest
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

    /** Returns what became of a will; null if that is not known here. */
    @Nullable
    Fate fate(NodeId node, String clientId, long epoch) {
        Settled settled = all.get(new Key(node, clientId));
        if (settled == null || settled.epoch < epoch) {
            return null;
        }
        return settled.done ? Fate.SETTLED : Fate.UNDECIDED;
    }

    /** Forgets a will that the process of its node takes care of itself. */
    void forget(NodeId node, long incarnation, String clientId, long epoch) {
        Key key = new Key(node, clientId);
        Settled settled = all.get(key);
        if (settled != null && settled.incarnation == incarnation && settled.epoch <= epoch) {
            all.remove(key);
        }
    }

    /** Forgets all wills of a process that takes care of them itself. */
    void forgetRun(NodeId node, long incarnation) {
        forgetIf((key, settled) -> key.node.equals(node) && settled.incarnation == incarnation);
    }

    /** Forgets the wills of a node's earlier processes: its present one has what it needs on its disk. */
    void forgetRunsBefore(NodeId node, long incarnation) {
        forgetIf((key, settled) -> key.node.equals(node) && settled.incarnation != incarnation);
    }

    /** Forgets the wills of a node that does not come back. */
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
