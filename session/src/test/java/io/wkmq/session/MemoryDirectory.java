package io.wkmq.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A session directory that grants every claim: at once, or when the test says so. */
final class MemoryDirectory implements SessionDirectory {
    private final List<CompletableFuture<Claimed>> claims = new ArrayList<>();
    private final List<String> released = new ArrayList<>();
    private final Map<String, Long> restored = new TreeMap<>();
    private final List<String> guarded = new ArrayList<>();
    private final List<String> claimedWith = new ArrayList<>();
    private final Map<String, Long> staying = new TreeMap<>();
    private final Map<String, KeptWill> reclaimed = new TreeMap<>();
    private boolean atOnce = true;
    private boolean othersKnow;
    private boolean broken;
    private long epoch;

    @Override
    public CompletionStage<Claimed> claim(String clientId, boolean keep, @Nullable Will will, long willDelaySeconds) {
        if (will != null) {
            claimedWith.add(clientId + ' ' + will.topic() + " after " + willDelaySeconds);
        }
        CompletableFuture<Claimed> claim = new CompletableFuture<>();
        if (atOnce) {
            claim.complete(new Claimed(++epoch, null));
        } else {
            claims.add(claim);
        }
        return claim;
    }

    @Override
    public void release(String clientId) {
        released.add(clientId);
    }

    @Override
    public void restored(String clientId, long epochBefore, boolean mayBeElsewhere) {
        restored.put(clientId, epochBefore);
    }

    @Override
    public void stays(String clientId, long epochBefore) {
        staying.put(clientId, epochBefore);
    }

    @Override
    public void guard(String clientId, long claim, @Nullable Will will, long delaySeconds) {
        if (broken) {
            throw new IllegalStateException("made by the test");
        }
        guarded.add(clientId + ' ' + (will == null ? "nothing" : will.topic() + " after " + delaySeconds));
    }

    @Override
    public void reclaim(String clientId, long claim, KeptWill will) {
        if (othersKnow) {
            reclaimed.put(clientId, will);
        } else {
            will.ours();
        }
    }

    /** From now on what has become of wills that were kept is known when the test says so. */
    void othersKnow() {
        othersKnow = true;
    }

    /** The will of that client, which was kept over a restart. */
    KeptWill kept(String clientId) {
        KeptWill will = reclaimed.get(clientId);
        if (will == null) {
            throw new AssertionError("Nobody asked about the will of '" + clientId + "', only " + reclaimed.keySet());
        }
        return will;
    }

    /** The wills that came with claims. */
    List<String> claimedWith() {
        return claimedWith;
    }

    /** What it was told of wills since this was last asked. */
    List<String> guarded() {
        List<String> all = List.copyOf(guarded);
        guarded.clear();
        return all;
    }

    /** From now on it fails when it is told of a will, or not. */
    void broken(boolean now) {
        broken = now;
    }

    void atOnce(boolean now) {
        atOnce = now;
    }

    /** The claims that wait, oldest first. */
    List<CompletableFuture<Claimed>> claims() {
        return claims;
    }

    /** The sessions that were kept over a restart, with their epochs. */
    Map<String, Long> restored() {
        return restored;
    }

    /** The sessions that were kept because none has come in their place, with their epochs. */
    Map<String, Long> staying() {
        return staying;
    }

    List<String> released() {
        return released;
    }
}
