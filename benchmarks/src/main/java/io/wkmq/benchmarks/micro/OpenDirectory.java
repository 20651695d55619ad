package io.wkmq.benchmarks.micro;

import io.wkmq.session.Claimed;
import io.wkmq.session.SessionDirectory;
import io.wkmq.session.Will;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A session directory that grants every claim at once. */
final class OpenDirectory implements SessionDirectory {
    @Override
    public CompletionStage<Claimed> claim(String clientId, boolean keep, @Nullable Will will, long willDelaySeconds) {
        return CompletableFuture.completedFuture(new Claimed(1, null));
    }

    @Override
    public void release(String clientId) {}

    @Override
    public void restored(String clientId, long epoch, boolean mayBeElsewhere) {}

    @Override
    public void guard(String clientId, long epoch, @Nullable Will will, long delaySeconds) {}
}
