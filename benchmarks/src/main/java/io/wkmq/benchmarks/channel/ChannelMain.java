package io.wkmq.benchmarks.channel;

import io.wkmq.channel.engine.LocalEngine;
import io.wkmq.channel.engine.LocalOptions;
import io.wkmq.channel.group.ChannelRules;
import io.wkmq.channel.group.Retention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Measures the channels of a single node without replication: appends messages of 256 bytes in batches of 1, 16 and 128, with 64 batches in
 * flight, each append completing once it is on disk; then reads them all. The files are in the directory for temporary files ({@code
 * java.io.tmpdir}), which must be on the disk to be measured. {@code java io.wkmq.benchmarks.channel.ChannelMain [seconds]}.
 */
public final class ChannelMain {
    private static final int[] BATCHES = {1, 16, 128};
    private static final int WINDOW = 64;

    private ChannelMain() {}

    /** Runs the measurements and prints the results. */
    public static void main(String[] args) throws IOException, InterruptedException {
        run(Duration.ofMillis(args.length > 0 ? Math.round(1_000 * Double.parseDouble(args[0])) : 5_000));
    }

    static void run(Duration each) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("wkmq-channels");
        try (LocalEngine engine = LocalEngine.open(directory, LocalOptions.defaults(), Clock.systemUTC())) {
            int channel = 0;
            for (int perBatch : BATCHES) {
                AppendLoad.done(engine.configure(
                        ++channel, new ChannelRules(1, 1_000, 60_000, 10, 60_000, Retention.FOR_EVER)));
                AppendLoad load = new AppendLoad(engine, channel, perBatch, WINDOW);
                System.out.println("append " + perBatch + " at once, to warm up: " + load.append(each));
                System.out.println("append " + perBatch + " at once: " + load.append(each));
                System.out.println("read: " + load.read());
            }
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
