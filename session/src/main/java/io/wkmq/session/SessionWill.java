package io.wkmq.session;

import io.wkmq.routing.HandOver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The will of a session, until it is published or void. Belongs to the session's shard. Only a session whose client has given one
 * has one. The directory has it published if the node dies. One that was kept over a restart is held until the directory has said that
 * it was not.
 */
final class SessionWill {
    private static final Logger log = LoggerFactory.getLogger(SessionWill.class);

    private final Session session;
    private final Shard shard;
    private @Nullable Will will; // null when it is published or void
    private boolean guarded; // the directory has it
    private boolean held; // kept over a restart: another node may have published it
    private boolean due; // while it is held

    /** A will that the directory does not hear of before {@link #guard}. */
    SessionWill(Session session, Will given) {
        this.session = session;
        this.shard = session.shard();
        this.will = given;
    }

    /** The will; null if it is published or void. */
    @Nullable
    Will content() {
        return will;
    }

    /** How long after the connection's end it is due; negative if it is published or void. */
    long delaySeconds() {
        return will == null ? -1 : will.delaySeconds();
    }

    /** Whether it is not known yet whether it is this node's. */
    boolean held() {
        return held;
    }

    /** It is void. */
    void drop() {
        will = null;
        if (held) {
            held = false;
            guard(null, shard.directory());
        } else {
            guard();
        }
    }

    /** Publishes it, unless that is done or it is void; one that is held once it is known to be this node's. */
    @SuppressWarnings("IllegalCatch") // a bug in the routing must not leave the session half ended
    void publish() {
        Will ready = will;
        if (ready == null) {
            return;
        }
        if (held) {
            due = true;
            return;
        }
        drop(); // [MQTT-3.1.2-10]
        try {
            shard.intake()
                    .take(
                            ready.message(session.clientId(), shard.clock().millis(), shard.nextMessageNumber()),
                            HandOver.NONE,
                            shard,
                            session.userName());
        } catch (RuntimeException e) {
            log.error("A will could not be published, client={} topic={}", session.clientId(), ready.topic(), e);
        }
    }

    /**
     * One that was kept over a restart is held until the directory says whose it is: {@link Lifetime#willDecided} follows, perhaps at
     * once.
     */
    void reclaim() {
        if (will == null) {
            return;
        }
        held = true;
        long epoch = session.lifetime().epoch();
        shard.directory().reclaim(session.clientId(), epoch, new KeptWill() {
            @Override
            public void ours() {
                onShard(() -> SessionWill.this.ours(epoch));
            }

            @Override
            public void settled(Runnable stored) {
                onShard(() -> SessionWill.this.settled(epoch, stored));
            }
        });
    }

    private void onShard(Runnable task) {
        if (shard.here()) {
            task.run();
        } else {
            shard.mailbox().post(() -> {
                if (!shard.closed()) { // what the store has by now is settled when the node is back
                    task.run();
                }
            });
        }
    }

    private void ours(long epoch) {
        if (!held || session.lifetime().epoch() != epoch) {
            return;
        }
        held = false;
        guarded = true; // or the directory would not hear that it is over
        if (due) {
            publish();
        }
        session.lifetime().willDecided();
    }

    private void settled(long epoch, Runnable stored) {
        if (will != null && session.lifetime().epoch() == epoch) {
            drop();
            session.lifetime().willDecided();
        }
        shard.journal().await(failure -> {
            if (failure == null) {
                stored.run();
            }
        });
    }

    /** Tells the directory of the will, or that there is none any more. */
    void guard() {
        if (!held && (will != null || guarded)) {
            guarded = will != null;
            guard(will, shard.directory());
        }
    }

    /** Tells a directory, which may not know of it, of the will. */
    void tell(SessionDirectory directory) {
        if (guarded) {
            guard(will, directory);
        }
    }

    private void guard(@Nullable Will now, SessionDirectory directory) {
        long delay = now == null
                ? 0
                : Math.min(now.delaySeconds(), session.lifetime().expirySeconds());
        directory.guard(session.clientId(), session.lifetime().epoch(), now, delay);
    }
}
