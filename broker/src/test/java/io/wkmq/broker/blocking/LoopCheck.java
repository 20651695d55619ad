package io.wkmq.broker.blocking;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class if an event loop has made a blocking call, even without consequences. Registered for all classes. */
public final class LoopCheck implements AfterAllCallback {
    @Override
    public void afterAll(ExtensionContext context) {
        List<BlockingCall> found = BlockingCalls.take();
        if (!found.isEmpty()) {
            throw new AssertionError(BlockingCalls.describe(found));
        }
    }
}
