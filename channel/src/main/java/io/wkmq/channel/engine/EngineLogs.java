package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicated logs of an engine's groups: finds this node's part in them, as a replica or as a learner whose copies follow other
 * replicas, and tracks whether it has caught up. Thread-safe; does not block unless stated.
 */
final class EngineLogs {
    private static final Logger LOG = LoggerFactory.getLogger(EngineLogs.class);

    private static final Duration STEP = Duration.ofSeconds(5);
    private static final long PAUSE_MS = 200;
    private static final String UNCONFIRMED =
            "this node does not know yet whether the channels of the nodes that it is among are those that it follows";

    private final ReplicaStore store;
    private final LearnerFile learnerFile;

    /** Ids of the replicas that this node's copies follow; empty if it has no copies. */
    private final Set<UUID> learnedFrom;

    private final Consumer<GroupLogs> onHere;
    private final AtomicReferenceArray<@Nullable ReplicatedLog> logs;
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final AtomicBoolean toldBroken = new AtomicBoolean();
    private final Givers givers = new Givers();

    /** Held while this node takes its part, which writes files, so that it is not closed meanwhile. */
    private final Object takingPart = new Object();

    private volatile Consumer<IOException> onBroken = cause -> {};
    private volatile @Nullable Donors donors;
    private volatile @Nullable GroupLogs kept;
    private volatile @Nullable String waiting = "the node has not met the others yet";
    private volatile boolean newcomer;
    private volatile boolean blind;

    /** The copies of a node that keeps no replicas; null elsewhere. */
    private volatile @Nullable LearnedGroups learned;

    /** Whether this node has no part in the channels: its data is not that of the others, or one of its copies cannot follow any more. */
    private volatile boolean excluded;

    /** Whether the table was lost and its contents have not been recovered completely. */
    private volatile boolean recovering;

    private volatile boolean closed;

    /**
     * Creates the logs of the given files.
     *
     * @param learnedFrom the ids, as stored in the file, of the replicas that the files are copies of; empty if they are no copies
     * @param onHere run once when everything acknowledged before is here; the start waits for it
     */
    EngineLogs(ReplicaStore store, LearnerFile learnerFile, Set<UUID> learnedFrom, Consumer<GroupLogs> onHere) {
        this.store = store;
        this.learnerFile = learnerFile;
        this.learnedFrom = Set.copyOf(learnedFrom);
        this.onHere = onHere;
        this.logs = new AtomicReferenceArray<>(store.groups() + 1);
        this.recovering = store.begunAnew();
        this.blind = recovering || !learnedFrom.isEmpty();
        store.copies(!learnedFrom.isEmpty()); // until this node takes a place
    }

    /** Sets where replicas and copies fetch what they miss. Must be called before {@link #begin}. */
    void fetchFrom(Donors others) {
        donors = others;
        store.fetchFrom(new PermittedDonors(others, givers, this::mayFetch));
    }

    /** Returns whether this node may fetch from others: not while those may have other channels. */
    private boolean mayFetch() {
        GroupLogs all = kept;
        return !excluded && (!store.copies() || (all != null && all.confirmed()));
    }

    /** Sets a callback, called once when a copy cannot follow any more. Must be called before {@link #begin}. */
    void onBroken(Consumer<IOException> told) {
        onBroken = told;
    }

    /** As {@link ReplicatedEngine#begin}. */
    CompletionStage<Void> begin(GroupLogs all) {
        kept = all;
        Thread thread = new Thread(() -> find(all), "wkmq-channels-begin");
        thread.setDaemon(true);
        thread.start();
        return begun.copy();
    }

    /** Completes when this node has begun. */
    CompletionStage<Void> begun() {
        return begun.copy();
    }

    private void find(GroupLogs all) {
        try {
            all.follows(learnedFrom);
            for (int group = 0; group < logs.length() && !closed; group++) {
                find(all, group);
            }
            takePart(all);
            for (int group = 0; group < logs.length() && !closed; group++) {
                catchUp(all, group);
            }
            if (goOn(all)) {
                begun.complete(null);
                LOG.info("Channels are ready groups={}", store.groups());
            }
        } catch (LogClosedException e) {
            giveUp(e);
        } catch (IOException e) {
            new OwnCopies()
                    .broken(new LogClosedException(
                            "This node's part in the channels cannot be written or read: " + e.getMessage(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("Cannot determine this node's role for channels", e);
            giveUp(e);
        }
    }

    /** Completes the start once everything is here; does nothing if this is closed or a copy was given up. Returns whether it did. */
    private boolean goOn(GroupLogs all) {
        synchronized (takingPart) {
            if (closed || !here()) {
                return false;
            }
            onHere.accept(all);
            recovered();
            newcomer = false;
            return true;
        }
    }

    /** Notes that everything is here, unless a copy was given up meanwhile. */
    private synchronized boolean here() {
        if (excluded) {
            return false;
        }
        blind = false;
        waiting = null;
        return true;
    }

    /** The services and callbacks of this node's copies. */
    private final class OwnCopies implements LearnedGroups.Owner {
        @Override
        public @Nullable Donors donors() {
            return donors;
        }

        @Override
        public Givers givers() {
            return givers;
        }

        @Override
        public void apart(LogClosedException reason) {
            giveUp(reason);
        }

        @Override
        public void broken(Exception cause) {
            giveUp(cause);
            if (!toldBroken.compareAndSet(false, true)) {
                return;
            }
            onBroken.accept(new IOException("A copy of channels can follow no more: " + cause.getMessage(), cause));
        }
    }

    private void giveUp(Exception reason) {
        synchronized (this) {
            excluded = true;
            blind = true;
            waiting = String.valueOf(reason.getMessage());
        }
        LOG.error("Channels are unavailable on this node: {}", reason.getMessage());
        begun.completeExceptionally(reason);
    }

    /** Takes this node's part: as a replica, which learners may follow, or as a learner. */
    private void takePart(GroupLogs all) throws IOException, InterruptedException {
        synchronized (takingPart) {
            if (closed) {
                return; // the files may be closed as well
            }
            if (all.keepers().isEmpty()) {
                keep(all);
            } else {
                follow(all);
            }
        }
    }

    private void keep(GroupLogs all) throws IOException {
        learnerFile.delete();
        store.copies(false);
        store.feed(new EntryFeed.Source() {
            @Override
            public @Nullable UUID replica() {
                return all.replica();
            }

            @Override
            public boolean led(int group) {
                return isHere() && all.led(group); // until then this node may lack what others have acknowledged
            }
        });
    }

    private void follow(GroupLogs all) throws IOException, InterruptedException {
        blind = true;
        newcomer = true; // until it has caught up
        if (learnedFrom.isEmpty() && store.hasRows()) {
            throw new LogClosedException(
                    "This node has channels, but no log of them, and is none of those that keep them; expected an empty"
                            + " data directory, with which it is as any node without channels",
                    null);
        }
        store.copies(true);
        learned = LearnedGroups.begin(
                store, logs.length(), all, learnerFile, new OwnCopies(), LearnedGroups.Times.DEFAULTS);
    }

    private void recovered() {
        if (!recovering) {
            return;
        }
        recovering = false;
        try {
            store.settled();
        } catch (IOException e) { // then the next start waits for the others again
            LOG.warn("Cannot save that the channel table is complete again", e);
        }
    }

    private void find(GroupLogs all, int group) throws LogClosedException, InterruptedException {
        while (!closed && logs.get(group) == null) {
            try {
                logs.set(group, all.log(group, STEP));
            } catch (LogClosedException e) {
                throw e;
            } catch (IOException e) {
                newcomer |= e instanceof NewcomerException;
                blind = newcomer || recovering || !learnedFrom.isEmpty();
                waits(String.valueOf(e.getMessage()));
                Thread.sleep(PAUSE_MS); // this thread has nothing else to do
            }
        }
    }

    private void catchUp(GroupLogs all, int group) throws LogClosedException, InterruptedException {
        while (!closed && !excluded) {
            try {
                caughtUp(all, group, STEP).toCompletableFuture().get();
                return;
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                waits(String.valueOf(cause.getMessage()));
                all.requirePlace(STEP);
                Thread.sleep(PAUSE_MS);
            }
        }
    }

    private synchronized void waits(String reason) {
        if (excluded) {
            return; // the reason was logged and is final
        }
        if (!reason.equals(waiting)) {
            LOG.warn("Channels are not ready yet, waiting: {}", reason);
        }
        waiting = reason;
    }

    /** Returns the logs shared by all nodes; null before {@link #begin}. */
    @Nullable
    GroupLogs kept() {
        return kept;
    }

    /** Returns the number of groups, including the registry's. */
    int count() {
        return logs.length();
    }

    /** Returns whether the log of a group was found. */
    boolean isFound(int group) {
        return logs.get(group) != null;
    }

    /** Completes once this node has every entry of a group that was acknowledged to anybody before the call. */
    CompletionStage<Void> caughtUp(int group, Duration limit) {
        GroupLogs all = kept;
        return all == null || !isFound(group) ? CompletableFuture.failedFuture(notHere()) : caughtUp(all, group, limit);
    }

    private CompletionStage<Void> caughtUp(GroupLogs all, int group, Duration limit) {
        LearnedGroups following = learned;
        return following == null ? all.caughtUp(group, limit) : following.caughtUp(group, limit);
    }

    /** Returns whether a group has a leader, as far as this node knows. */
    boolean led(int group) {
        GroupLogs all = kept;
        LearnedGroups following = learned;
        if (all == null || !isFound(group)) {
            return false;
        }
        return following == null ? all.led(group) : following.led(group);
    }

    /** Returns the status of a group; fails if its log was not found. */
    CompletionStage<GroupStatus> status(int group) {
        GroupLogs all = kept;
        LearnedGroups following = learned;
        if (all == null) {
            return CompletableFuture.failedFuture(notHere());
        }
        return following == null ? all.status(group) : following.status(group);
    }

    /** Appends an operation to the log of a group, if this node has its part in it. */
    CompletionStage<byte[]> propose(int group, byte[] op) {
        if (closed) {
            return CompletableFuture.failedFuture(new LogClosedException("The channels are closed", null));
        }
        LearnedGroups following = learned;
        ReplicatedLog log = logs.get(group);
        return log == null || excluded || (following != null && !following.confirmed())
                ? CompletableFuture.failedFuture(notHere())
                : log.propose(op);
    }

    /** Returns the failure of a request that the groups cannot serve now. */
    OverloadedException notHere() {
        String reason = waiting;
        return new OverloadedException("The channels are not here yet: " + (reason == null ? UNCONFIRMED : reason));
    }

    /** Returns whether the start has completed, and nothing was given up since. */
    boolean isHere() {
        return waiting == null;
    }

    /** Returns whether this node has no part in the logs and never will. */
    boolean isExcluded() {
        return excluded;
    }

    /** Returns why this node's data must not be compared with that of others; null if it may be. */
    @Nullable
    String apart() {
        if (excluded) {
            return "The channels will not be here: " + waiting;
        }
        return mayFetch() ? null : UNCONFIRMED;
    }

    /** As {@link ReplicatedEngine#newcomer}. */
    boolean newcomer() {
        return newcomer
                || recovering
                || !learnedFrom.isEmpty()
                || store.filling().contains(store.groups());
    }

    /** Returns whether this node came without any data, as far as its logs tell, or nobody keeps any yet. */
    boolean isNew() {
        GroupLogs all = kept;
        return learned == null && (newcomer || (all != null && !all.decided())) && !recovering;
    }

    /** Returns whether the table was lost and its contents have not been recovered completely. */
    boolean recovering() {
        return recovering;
    }

    /** Returns whether this node may not know which channels exist. */
    boolean blind() {
        LearnedGroups following = learned;
        return blind || excluded || (following != null && following.blind()) || perhapsNewcomer();
    }

    /** Returns whether other nodes, which this one has not heard of, may keep the logs. */
    private boolean perhapsNewcomer() {
        GroupLogs all = kept;
        return waiting != null && all != null && all.perhapsKeptByOthers();
    }

    /** Returns whether this node is a learner, whose copies follow the replicas of others. */
    boolean learner() {
        return learned != null;
    }

    /** Returns, for operators, why some or all channels cannot be used here; null if all can. */
    @Nullable
    String trouble() {
        String reason = waiting;
        if (reason != null) {
            return "The channels are not here yet: " + reason;
        }
        List<Integer> filling = store.filling();
        if (!filling.isEmpty()) {
            return "This node's replicas of groups " + filling
                    + " of the channels miss something, which is fetched from other nodes: they cannot be read here";
        }
        LearnedGroups following = learned;
        if (following != null && !following.confirmed()) {
            return "The channels cannot be used here: " + UNCONFIRMED;
        }
        for (int group = 0; group < logs.length(); group++) {
            if (!led(group)) {
                return following == null
                        ? "Group " + group
                                + " of the channels has no leader: too few of the nodes that keep it are here"
                        : "Group " + group
                                + " of the channels, of which this node has a copy, is not heard of: none of the"
                                + " nodes that keep it answers and knows its leader";
            }
        }
        return null;
    }

    /** Refuses further operations; a start that has not completed is abandoned. */
    void close() {
        closed = true;
        begun.completeExceptionally(new LogClosedException("The channels are closed", null));
    }

    /** Returns whether this is closed. */
    boolean isClosed() {
        return closed;
    }

    /** Ends the copies, if there are any. Must be called after {@link #close}. Blocks. */
    void endCopies() {
        LearnedGroups following;
        synchronized (takingPart) { // they may be starting just now
            following = learned;
        }
        if (following != null) {
            following.close();
        }
    }
}
