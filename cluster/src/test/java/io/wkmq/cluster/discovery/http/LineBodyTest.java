package io.wkmq.cluster.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow.Subscription;
import org.junit.jupiter.api.Test;

class LineBodyTest {
    private final List<String> lines = new ArrayList<>();
    private final Upstream upstream = new Upstream();

    private static final class Upstream implements Subscription {
        private long requested;
        private boolean cancelled;

        @Override
        public void request(long count) {
            requested += count;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private LineBody body(int lineBytesMax) {
        LineBody body = new LineBody(lineBytesMax, line -> lines.add(new String(line, StandardCharsets.UTF_8)));
        body.onSubscribe(upstream);
        return body;
    }

    private static List<ByteBuffer> parts(String... parts) {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (String part : parts) {
            buffers.add(ByteBuffer.wrap(part.getBytes(StandardCharsets.UTF_8)));
        }
        return buffers;
    }

    @Test
    void linesComeAsTheyAreComplete() {
        LineBody body = body(10);

        body.onNext(parts("one\ntw"));
        assertThat(lines).containsExactly("one");
        body.onNext(parts("o", "\n\nth"));
        assertThat(lines).containsExactly("one", "two"); // and no empty one
        assertThat(upstream.requested).isEqualTo(3);
        body.onComplete();
        assertThat(body.getBody().toCompletableFuture()).isCompletedWithValueMatching(rest -> rest.length == 0);
    }

    @Test
    void aLineThatIsTooLongEndsTheCall() {
        LineBody body = body(3);

        body.onNext(parts("abc\n", "abcd"));

        assertThat(lines).containsExactly("abc");
        assertThat(upstream.cancelled).isTrue();
        assertThat(body.getBody().toCompletableFuture())
                .isCompletedExceptionally()
                .satisfies(end -> assertThat(end.handle((rest, failure) -> failure.getMessage())
                                .join())
                        .contains("longer than 3 bytes"));
    }

    @Test
    void afterTheEndNothingIsHandedOn() {
        LineBody body = new LineBody(10, line -> {
            lines.add(new String(line, StandardCharsets.UTF_8));
            throw new IllegalStateException("a bug");
        });
        body.onSubscribe(upstream);

        body.onNext(parts("a\nb\n"));
        body.onNext(parts("c\n"));

        assertThat(lines).containsExactly("a");
        assertThat(upstream.cancelled).isTrue();
        assertThat(upstream.requested).isEqualTo(1);
        assertThat(body.getBody().toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void cancellingBeforeTheAnswerBeginsIsNotLost() {
        LineBody body = new LineBody(10, line -> lines.add("a line"));

        body.cancel();
        body.onSubscribe(upstream);

        assertThat(upstream.cancelled).isTrue();
        assertThat(upstream.requested).isZero();
    }

    @Test
    void aLineThatIsNotTakenEndsTheCall() {
        LineBody body = new LineBody(10, line -> {
            throw new IOException("no more");
        });
        body.onSubscribe(upstream);

        body.onNext(parts("a\nb\n"));

        assertThat(upstream.cancelled).isTrue();
        assertThat(upstream.requested).isEqualTo(1);
        assertThat(body.getBody().toCompletableFuture()).isCompletedExceptionally();
    }
}
