package io.wkmq.session;

import io.wkmq.routing.HandOver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The will of a session until it is published or void. Confined to the session's shard. Exists only if the client has given a
 * will. The directory has it published if the node dies. A will kept over a restart is held until the directory reports whether
 * it was already published.
 */
final class SessionWill {
    private static final Logger log = LoggerFactory.getLogger(SessionWill.class);

    private final Session session;
    private final Shard shard;
    private @Nullable Will will; // null once published or void
    private boolean guarded; // the directory has it
    private boolean held; // kept over a restart: another node may have published it
    private boolean due; // became due while held

    /** Creates a will that is reported to the directory by {@link #guard}. */
    SessionWill(Session session, Will given) {
        this.session = session;
        this.shard = session.shard();
        this.will = given;
    }

    /** Returns the will; null if it is published or void. */
    @Nullable
    Will content() {
        return will;
    }

    /** Returns the delay between the connection's end and its publication; negative if it is published or void. */
    long delaySeconds() {
        return will == null ? -1 : will.delaySeconds();
    }

    /** Returns whether it is still undecided which node publishes it. */
    boolean held() {
        return held;
    }

    /** Makes it void. */
    void drop() {
        will = null;
        if (held) {
            held = false;
            guard(null, shard.directory());
        } else {
            guard();
        }
    }

    /** Publishes it unless already published or void; if it is held, once it is known to be this node's. */
    @SuppressWarnings("IllegalCatch") // a routing bug must not leave the session half ended
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
     * Holds a will kept over a restart until the directory reports who publishes it; {@link Lifetime#willDecided} follows,
     * possibly before this method returns.
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
                if (!shard.closed()) { // the store's current contents are settled after the restart
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
        guarded = true; // otherwise the directory would not be told of its end
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

    /** Reports to the directory the will, or that there is none any more. */
    void guard() {
        if (!held && (will != null || guarded)) {
            guarded = will != null;
            guard(will, shard.directory());
        }
    }

    /** Reports the will to a new directory. */
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
