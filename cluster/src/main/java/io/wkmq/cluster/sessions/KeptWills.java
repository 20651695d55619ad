package io.wkmq.cluster.sessions;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Fate;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Kept;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Reclaim;
import io.wkmq.routing.NodeId;
import io.wkmq.session.KeptWill;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wills of sessions that this node has restored after a restart; other nodes may have published them meanwhile. They are held
 * until every present node has answered and all nodes met before are present, but for a bounded time. Nodes that come later are
 * asked about the wills not yet published. Belongs to the claims' thread, except for {@link #any}. Bounded by the number of
 * restored sessions.
 */
final class KeptWills {
    private static final int BATCH_MAX = 1_000;
    private static final int BATCH_BYTES_MAX = 256 << 10;
    private static final Logger log = LoggerFactory.getLogger(KeptWills.class);

    private final long incarnation;
    private final ReclaimLine line;
    private final Supplier<MetNodes> met;
    private final Executor loop;
    private final LongSupplier clockMs;
    private final long retryMs;
    private final long waitMs;
    private final Map<String, Asked> wills = new LinkedHashMap<>();
    private final Map<NodeId, Witness> witnesses = new HashMap<>();
    private int held; // how many of the wills are still held
    private int unstored; // settled, but not on disk yet
    private boolean entered;
    private long untilMs; // meaningful once entered
    private boolean all; // all restored wills have been added
    private boolean heardAll; // every known node has answered
    private volatile boolean any;

    /**
     * Creates it without any will.
     *
     * @param met the nodes that may come and know something. Nodes that were given up are waited for too, but if they come later,
     *     wills that are over are no longer remembered for them
     * @param loop the claims' thread
     * @param waitMs how long to wait, from {@link #entered} on, for nodes that are not present; for present nodes that do not
     *     answer, twice as long
     */
    KeptWills(
            long incarnation,
            ReclaimLine line,
            Supplier<MetNodes> met,
            Executor loop,
            LongSupplier clockMs,
            long retryMs,
            long waitMs) {
        this.incarnation = incarnation;
        this.line = line;
        this.met = met;
        this.loop = loop;
        this.clockMs = clockMs;
        this.retryMs = retryMs;
        this.waitMs = waitMs;
    }

    /** Asks another node. Exactly one of the two callbacks is called, later and on the claims' thread. */
    @FunctionalInterface
    interface ReclaimLine {
        void ask(NodeId node, Reclaim reclaim, Consumer<List<Fate>> answered, Runnable unanswered);
    }

    private static final class Asked {
        private final long epoch;
        private @Nullable KeptWill will; // null once it is published or void
        private boolean ours; // no longer held

        Asked(long epoch, KeptWill will) {
            this.epoch = epoch;
            this.will = will;
        }
    }

    private static final class Witness {
        private final Peer peer;
        private final Set<String> open; // what it has yet to answer
        private boolean asking;
        private boolean done; // it knows that there are no more
        private long notBeforeMs;

        Witness(Peer peer, Collection<String> clientIds) {
            this.peer = peer;
            this.open = new LinkedHashSet<>(clientIds);
        }
    }

    /** Adds the will of a restored session. */
    void add(String clientId, long epoch, KeptWill will) {
        if (witnesses.isEmpty() && met.get().none()) {
            will.ours();
            return;
        }
        if (wills.putIfAbsent(clientId, new Asked(epoch, will)) == null) {
            held++;
            any = true;
            if (entered && !all) { // the wait starts over with the last one added
                untilMs = clockMs.getAsLong() + waitMs;
            }
            witnesses.values().forEach(witness -> witness.open.add(clientId));
        }
    }

    /** Starts the wait for absent nodes: this node is in the cluster of the nodes it found, or in one of its own. */
    void entered() {
        entered = true;
        untilMs = clockMs.getAsLong() + waitMs;
    }

    /** Called when all restored wills have been added. */
    void allAdded() {
        all = true;
    }

    /** Called when a will is published or void. */
    void over(String clientId, long epoch) {
        Asked asked = wills.get(clientId);
        if (asked == null || asked.epoch != epoch) {
            return;
        }
        letGo(asked);
        asked.will = null;
        if (heardAll) {
            remove(clientId);
        } // otherwise a node that comes may be about to publish it
    }

    /** Returns whether there may be any wills. Any thread. */
    boolean any() {
        return any;
    }

    private void letGo(Asked asked) {
        if (!asked.ours) {
            asked.ours = true;
            held--;
        }
    }

    private void remove(String clientId) {
        wills.remove(clientId);
        witnesses.values().forEach(witness -> witness.open.remove(clientId));
        any = !wills.isEmpty();
    }

    void here(Peer peer) {
        witnesses.put(peer.id(), new Witness(peer, wills.keySet()));
    }

    void gone(Peer peer) {
        witnesses.remove(peer.id());
    }

    /** Releases and asks what is due. Called every few milliseconds. */
    void tick() {
        release();
        List.copyOf(witnesses.values()).forEach(this::flush);
    }

    /** Releases the held wills to this node if no other node is left that might have published them. */
    private void release() {
        if (heardAll || wills.isEmpty()) {
            return;
        }
        boolean answered = witnesses.values().stream().allMatch(witness -> witness.open.isEmpty());
        boolean late = lateBy(answered ? 0 : waitMs);
        MetNodes nodes = met.get();
        heardAll = all
                && answered
                && witnesses.keySet().containsAll(nodes.known())
                && (late || witnesses.keySet().containsAll(nodes.givenUp()));
        if (held > 0 && (heardAll || late)) {
            if (!heardAll) {
                log.warn(
                        "Nodes that may have published wills of clients of this one do not say so, it publishes them"
                                + " itself, wills={}",
                        held);
            }
            for (Asked asked : List.copyOf(wills.values())) {
                KeptWill will = asked.will;
                if (!asked.ours && will != null) {
                    letGo(asked);
                    will.ours();
                }
            }
        }
        if (heardAll) {
            wills.values().removeIf(asked -> asked.will == null);
            any = !wills.isEmpty();
        }
    }

    private boolean lateBy(long ms) {
        return entered && clockMs.getAsLong() - untilMs >= ms;
    }

    private void flush(Witness witness) {
        if (witness.asking || clockMs.getAsLong() < witness.notBeforeMs) {
            return;
        }
        List<Kept> batch = new ArrayList<>();
        int bytes = 0;
        for (String clientId : witness.open) {
            Asked asked = wills.get(clientId);
            if (batch.size() == BATCH_MAX || bytes >= BATCH_BYTES_MAX) {
                break;
            }
            if (asked != null) {
                batch.add(new Kept(clientId, asked.epoch));
                bytes += 16 + clientId.length() * 3;
            }
        }
        boolean last = all && unstored == 0 && witness.open.isEmpty();
        if (batch.isEmpty() && (!last || witness.done)) {
            return;
        }
        witness.asking = true;
        Reclaim reclaim = new Reclaim(incarnation, last, batch);
        line.ask(witness.peer.id(), reclaim, fates -> answered(witness, reclaim, fates), () -> unanswered(witness));
    }

    private void unanswered(Witness witness) {
        witness.asking = false;
        witness.notBeforeMs = clockMs.getAsLong() + retryMs;
    }

    private void answered(Witness witness, Reclaim reclaim, List<Fate> fates) {
        if (fates.size() != reclaim.wills().size()) {
            log.warn(
                    "A node answered for {} wills, expected {}, node={}",
                    fates.size(),
                    reclaim.wills().size(),
                    witness.peer.node().name());
            unanswered(witness);
            return;
        }
        witness.asking = false;
        for (int i = 0; i < fates.size(); i++) {
            Kept kept = reclaim.wills().get(i);
            switch (fates.get(i)) {
                case YOURS -> witness.open.remove(kept.clientId());
                case SETTLED -> {
                    witness.open.remove(kept.clientId());
                    settled(kept);
                }
                case UNDECIDED -> witness.notBeforeMs = clockMs.getAsLong() + retryMs;
            }
        }
        witness.done |= reclaim.last();
        if (witnesses.get(witness.peer.id()) == witness) {
            release();
            flush(witness);
        }
    }

    private void settled(Kept kept) {
        Asked asked = wills.get(kept.clientId());
        if (asked == null || asked.epoch != kept.epoch()) {
            return;
        }
        KeptWill will = asked.will;
        letGo(asked);
        remove(kept.clientId());
        if (will != null) {
            unstored++;
            will.settled(() -> loop.execute(() -> unstored--));
        }
    }
}
