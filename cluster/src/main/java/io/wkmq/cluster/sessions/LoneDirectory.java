package io.wkmq.cluster.sessions;

import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.session.Claimed;
import io.wkmq.session.KeptWill;
import io.wkmq.session.SessionDirectory;
import io.wkmq.session.Sessions;
import io.wkmq.session.Will;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The session directory of a node that may have others but has met none yet. Every session is here, and a claim is granted at once,
 * at no cost. When the first other node is met, all sessions are told to the {@link SessionClaims}, which handle the claims from
 * then on. Thread-safe.
 *
 * <p>A claim that is granted here has opened its session, or is known to the shard, before the shard tells of its sessions: both
 * happen on the shard's thread.
 */
public final class LoneDirectory implements SessionDirectory, MembershipListener {
    private final SessionClaims claims;
    private final CompletableFuture<Void> told = new CompletableFuture<>();
    private volatile @Nullable Sessions sessions;
    private volatile boolean met;

    /** Creates a directory in front of claims, which do not answer other nodes before {@link #serve}. */
    public LoneDirectory(SessionClaims claims) {
        this.claims = claims;
    }

    /** Sets the sessions that this directory is for. Must be called once, before they are restored and before other nodes are met. */
    public void serve(Sessions owned, LocalSessions local) {
        sessions = owned;
        claims.serve(local, told);
    }

    @Override
    public void here(Peer peer) {
        Sessions owned = sessions;
        if (!met && owned != null) {
            met = true;
            owned.tell(claims, () -> told.complete(null));
        }
    }

    @Override
    public void gone(Peer peer) {
        // it may come back
    }

    @Override
    public CompletionStage<Claimed> claim(String clientId, boolean keep, @Nullable Will will, long willDelaySeconds) {
        return met
                ? claims.claim(clientId, keep, will, willDelaySeconds)
                : CompletableFuture.completedFuture(new Claimed(claims.nextEpoch(), null));
    }

    @Override
    public void release(String clientId) {
        if (met) {
            claims.release(clientId);
        }
    }

    @Override
    public void restored(String clientId, long epoch, boolean mayBeElsewhere) {
        if (met) {
            claims.restored(clientId, epoch, mayBeElsewhere);
        } else {
            claims.seen(epoch);
        }
    }

    @Override
    public void stays(String clientId, long epoch) {
        claims.stays(clientId, epoch); // only they make offers
    }

    @Override
    public void guard(String clientId, long epoch, @Nullable Will will, long delaySeconds) {
        if (met || (will == null && claims.reclaiming())) {
            claims.guard(clientId, epoch, will, delaySeconds);
        }
    }

    @Override
    public void reclaim(String clientId, long epoch, KeptWill will) {
        claims.reclaim(clientId, epoch, will); // nodes that are not met yet may know
    }
}
