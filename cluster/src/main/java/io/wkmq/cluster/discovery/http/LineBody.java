package io.wkmq.cluster.discovery.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Passes on the lines of a response as they arrive, except empty ones; keeps nothing of the response. A line that is too long, or
 * is rejected, ends the call; no line is passed on after the end. Called by one thread at a time, except for {@link #cancel}.
 */
final class LineBody implements BodySubscriber<byte[]> {
    private static final byte[] NOTHING = {};

    private final int lineBytesMax;
    private final Http.Lines lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> end = new CompletableFuture<>();
    private volatile @Nullable Subscription subscription;

    LineBody(int lineBytesMax, Http.Lines lines) {
        this.lineBytesMax = lineBytesMax;
        this.lines = lines;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return end;
    }

    @Override
    public void onSubscribe(Subscription to) {
        subscription = to;
        if (end.isDone()) {
            to.cancel(); // cancelled before there was a subscription
        } else {
            to.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        try {
            for (ByteBuffer part : parts) {
                take(part);
            }
        } catch (IOException | RuntimeException e) {
            end.completeExceptionally(e);
            cancel();
        }
        Subscription from = subscription;
        if (from != null && !end.isDone()) {
            from.request(1);
        }
    }

    private void take(ByteBuffer part) throws IOException {
        while (part.hasRemaining() && !end.isDone()) {
            byte next = part.get();
            if (next == '\n') {
                byte[] complete = line.toByteArray();
                line.reset();
                if (complete.length > 0) {
                    lines.line(complete);
                }
            } else if (line.size() == lineBytesMax) {
                throw new IOException("a line of its answer is longer than " + lineBytesMax + " bytes");
            } else {
                line.write(next);
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        end.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        end.complete(NOTHING);
    }

    /** Ends the response early. Any thread. */
    void cancel() {
        end.complete(NOTHING); // before reading the subscription: one that comes later is then cancelled by onSubscribe
        Subscription from = subscription;
        if (from != null) {
            from.cancel();
        }
    }
}
