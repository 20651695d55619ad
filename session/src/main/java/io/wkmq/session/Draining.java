package io.wkmq.session;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Closes the shards of a node and lets them process their mail until no more arrives and everything is on disk. Processing one
 * shard's mail may create mail for another, so all shards are visited repeatedly, until two consecutive rounds have found
 * nothing and no channel append is pending. Single use; rounds do not overlap.
 */
final class Draining {
    /** The mails that a round itself causes on a shard: the visit and its flush. */
    private static final int OWN_MAIL = 2;

    /** In the first quiet round a flush may still have completed what other shards were waiting for. */
    private static final int QUIET_ROUNDS = 2;

    /** The pause between rounds while waiting for channel appends, which take a disk write. */
    private static final long PAUSE_MS = 5;

    private final Shard[] shards;
    private final Intake intake;
    private final long[] opened;
    private final AtomicInteger left = new AtomicInteger();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile boolean quiet;
    private int quietRounds;

    Draining(Shard[] shards, Intake intake) {
        this.shards = shards;
        this.intake = intake;
        this.opened = new long[shards.length];
        Arrays.fill(opened, -1);
    }

    /** Starts; the stage completes on a shard's thread when the shards are empty. */
    CompletionStage<Void> start() {
        round();
        return done;
    }

    private void round() {
        quiet = true;
        left.set(shards.length);
        for (Shard shard : shards) {
            shard.mailbox().post(() -> shard.close(failure -> visited(shard)));
        }
    }

    private void visited(Shard shard) {
        long now = shard.mailbox().opened();
        if (now - opened[shard.index()] != OWN_MAIL) {
            quiet = false;
        }
        opened[shard.index()] = now;
        if (left.decrementAndGet() == 0) {
            boolean appending = intake.appending();
            quietRounds = quiet && !appending ? quietRounds + 1 : 0;
            if (quietRounds == QUIET_ROUNDS) {
                done.complete(null);
            } else if (quiet && appending) {
                shard.executor().schedule(this::round, PAUSE_MS);
            } else {
                round();
            }
        }
    }
}
