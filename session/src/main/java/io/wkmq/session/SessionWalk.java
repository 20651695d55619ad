package io.wkmq.session;

import java.util.function.Consumer;

/** Visits every session of the node, shard after shard and a limited number per event loop turn, so that no shard is blocked. */
final class SessionWalk {
    private static final int PER_TURN = 256;

    private final Shard[] shards;
    private final Consumer<Session> each;
    private final Consumer<Shard> entered;
    private final Runnable done;

    SessionWalk(Shard[] shards, Consumer<Shard> entered, Consumer<Session> each, Runnable done) {
        this.shards = shards;
        this.entered = entered;
        this.each = each;
        this.done = done;
    }

    void start() {
        enter(0);
    }

    private void enter(int index) {
        Shard shard = shards[index];
        shard.mailbox().post(() -> {
            entered.accept(shard);
            show(index, shard.all(), 0);
        });
    }

    private void show(int index, Session[] sessions, int from) {
        Shard shard = shards[index];
        int to = Math.min(sessions.length, from + PER_TURN);
        for (int i = from; i < to; i++) {
            if (shard.find(sessions[i].clientId()) == sessions[i]) {
                each.accept(sessions[i]);
            }
        }
        if (to < sessions.length) {
            shard.executor().execute(() -> show(index, sessions, to));
        } else if (index + 1 < shards.length) {
            enter(index + 1);
        } else {
            done.run();
        }
    }
}
