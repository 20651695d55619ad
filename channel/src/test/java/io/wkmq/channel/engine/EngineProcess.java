package io.wkmq.channel.engine;

import io.wkmq.channel.group.Retention;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Semaphore;

/** A process that appends until it is killed and prints what was appended: {@code channel number of the message .}. */
final class EngineProcess {
    static final int CHANNELS = 6;

    /** Said before the channels are opened. */
    static final String OPENING = "opening";

    private static final int WINDOW = 40;

    private EngineProcess() {}

    static LocalOptions options() {
        return new LocalOptions(
                2,
                64 << 10,
                16 << 20,
                Duration.ofMillis(50),
                0,
                100_000,
                8,
                3,
                Duration.ofHours(1),
                AppenderOptions.defaults(),
                ScrubOptions.defaults());
    }

    /** Arguments: the directory, the number of the first message. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.out.println(OPENING);
        System.out.flush();
        LocalEngine engine = LocalEngine.open(Path.of(arguments[0]), options(), Clock.systemUTC());
        for (int channel = 0; channel < CHANNELS; channel++) {
            engine.configure(channel, SimNode.rules(Retention.FOR_EVER))
                    .toCompletableFuture()
                    .join();
        }
        Random random = new Random();
        Semaphore window = new Semaphore(WINDOW);
        for (long message = Long.parseLong(arguments[1]); ; message++) {
            String body = message + ":" + "x".repeat(random.nextInt(1_000));
            String told = message + " .";
            int channel = random.nextInt(CHANNELS);
            window.acquire();
            engine.append(channel, SimNode.entry(body)).whenComplete((appended, failure) -> {
                if (failure != null) {
                    Runtime.getRuntime().halt(1);
                }
                System.out.println(channel + " " + appended.seq() + " " + told);
                System.out.flush();
                window.release();
            });
        }
    }
}
