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
 * The wills of the sessions that this node has kept over a restart: other nodes may have published them. They wait until every node that
 * is here has answered, and all that this one has met are, but not for ever; who comes later is asked about what is not published by then.
 * Belongs to the claims' thread, but for {@link #any}. Bounded by the sessions that were kept.
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
    private int held; // of the wills: those that wait
    private int unstored; // settled, but the disk does not say so yet
    private boolean entered;
    private long untilMs; // once it has
    private boolean all; // that there are have been added
    private boolean heardAll; // of the nodes that are known
    private volatile boolean any;

    /**
     * None so far.
     *
     * @param met the nodes that may come and know something; those that were given up are waited for too, but if they come later
     *     nothing is kept for them that is over
     * @param loop the claims' thread
     * @param waitMs how long nodes that are not here are waited for, from {@link #entered} on; those that are, and do not answer, for
     *     twice that time
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

    /** Asks another node; exactly one of the two is called, later and on the claims' thread. */
    @FunctionalInterface
    interface ReclaimLine {
        void ask(NodeId node, Reclaim reclaim, Consumer<List<Fate>> answered, Runnable unanswered);
    }

    private static final class Asked {
        private final long epoch;
        private @Nullable KeptWill will; // until it is published or void
        private boolean ours; // it waits no more

        Asked(long epoch, KeptWill will) {
            this.epoch = epoch;
            this.will = will;
        }
    }

    private static final class Witness {
        private final Peer peer;
        private final Set<String> open; // what it has yet to say
        private boolean asking;
        private boolean done; // it knows that this was all
        private long notBeforeMs;

        Witness(Peer peer, Collection<String> clientIds) {
            this.peer = peer;
            this.open = new LinkedHashSet<>(clientIds);
        }
    }

    /** A session was kept with its will. */
    void add(String clientId, long epoch, KeptWill will) {
        if (witnesses.isEmpty() && met.get().none()) {
            will.ours();
            return;
        }
        if (wills.putIfAbsent(clientId, new Asked(epoch, will)) == null) {
            held++;
            any = true;
            if (entered && !all) { // the time is for all of them
                untilMs = clockMs.getAsLong() + waitMs;
            }
            witnesses.values().forEach(witness -> witness.open.add(clientId));
        }
    }

    /** This node is in the cluster of those whom it found, or in one of its own: those who are not here yet are late from now on. */
    void entered() {
        entered = true;
        untilMs = clockMs.getAsLong() + waitMs;
    }

    /** All that were kept are added. */
    void allAdded() {
        all = true;
    }

    /** A will is published or void. */
    void over(String clientId, long epoch) {
        Asked asked = wills.get(clientId);
        if (asked == null || asked.epoch != epoch) {
            return;
        }
        letGo(asked);
        asked.will = null;
        if (heardAll) {
            remove(clientId);
        } // else a node that comes may be about to publish it
    }

    /** Whether there may be any. Any thread. */
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

    /** Every few milliseconds. */
    void tick() {
        release();
        List.copyOf(witnesses.values()).forEach(this::flush);
    }

    /** Those that wait are this node's if nobody is left who may know better. */
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
