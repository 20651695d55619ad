package io.wkmq.session;

import io.wkmq.routing.HandOver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The will of a session, until it is published or void. Belongs to the session's shard. While it would die with the node the directory
 * has it published if the node does.
 */
final class SessionWill {
    private static final Logger log = LoggerFactory.getLogger(SessionWill.class);

    private final Session session;
    private final Shard shard;
    private @Nullable Will will;
    private boolean guarded; // the directory has it

    SessionWill(Session session, Shard shard) {
        this.session = session;
        this.shard = shard;
    }

    /** The will, or null. */
    @Nullable
    Will content() {
        return will;
    }

    /** Is that one from now on, which the directory does not hear of before {@link #guard}. */
    void set(@Nullable Will now) {
        will = now;
    }

    /** How long after the connection's end it is due; negative if there is none. */
    long delaySeconds() {
        return will == null ? -1 : will.delaySeconds();
    }

    /** It is void. */
    void drop() {
        will = null;
        guard();
    }

    @SuppressWarnings("IllegalCatch") // a bug in the routing must not leave the session half ended
    void publish() {
        Will due = will;
        if (due == null) {
            return;
        }
        drop(); // [MQTT-3.1.2-10]
        try {
            shard.intake()
                    .take(
                            due.message(session.clientId(), shard.clock().millis(), shard.nextMessageNumber()),
                            HandOver.NONE,
                            shard,
                            session.userName());
        } catch (RuntimeException e) {
            log.error("A will could not be published, client={} topic={}", session.clientId(), due.topic(), e);
        }
    }

    /** Tells the directory of the will that would die with the node, or that there is none any more. */
    void guard() {
        Will mortal = session.durable() ? null : will;
        if (mortal != null || guarded) {
            guarded = mortal != null;
            guard(mortal, shard.directory());
        }
    }

    /** Tells a directory, which may not know of it, of the will that would die with the node. */
    void tell(SessionDirectory directory) {
        if (guarded) {
            guard(will, directory);
        }
    }

    private void guard(@Nullable Will mortal, SessionDirectory directory) {
        long delay = mortal == null ? 0 : Math.min(mortal.delaySeconds(), session.expirySeconds());
        directory.guard(session.clientId(), session.epoch(), mortal, delay);
    }
}
