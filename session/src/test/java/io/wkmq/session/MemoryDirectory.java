package io.wkmq.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A directory that grants every claim: at once, or when the test says so. */
final class MemoryDirectory implements SessionDirectory {
    private final List<CompletableFuture<Void>> claims = new ArrayList<>();
    private final List<String> released = new ArrayList<>();
    private boolean atOnce = true;

    @Override
    public CompletionStage<Void> claim(String clientId) {
        CompletableFuture<Void> claim = new CompletableFuture<>();
        if (atOnce) {
            claim.complete(null);
        } else {
            claims.add(claim);
        }
        return claim;
    }

    @Override
    public void release(String clientId) {
        released.add(clientId);
    }

    void atOnce(boolean now) {
        atOnce = now;
    }

    /** The claims that wait, oldest first. */
    List<CompletableFuture<Void>> claims() {
        return claims;
    }

    List<String> released() {
        return released;
    }
}
