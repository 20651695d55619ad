package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.records.ChannelRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills an appending process again and again, and checks that what it reported as appended is present, once and in order. */
class EngineKillTest {
    private static final int KILLS = 6;

    @TempDir
    Path directory;

    /** What was appended for sure: the message by its number in each channel. */
    private final List<Map<Long, Long>> appended = new ArrayList<>();

    private long last;

    @Test
    void whatWasAppendedSurvivesKills() throws Exception {
        long seed = Long.getLong("wkmq.test.seed", System.nanoTime());
        System.out.println("EngineKillTest seed " + seed);
        Random random = new Random(seed);
        for (int channel = 0; channel < EngineProcess.CHANNELS; channel++) {
            appended.add(new HashMap<>());
        }
        for (int kill = 0; kill < KILLS; kill++) {
            long before = count();
            runAndKill(50 + random.nextInt(2_000));
            assertThat(count()).as("seed %s kill %s", seed, kill).isGreaterThan(before);
            if (random.nextBoolean()) {
                killWhileOpening(random.nextInt(60));
            }
            check("seed " + seed + " kill " + kill);
        }
        System.out.println("EngineKillTest messages " + count());
    }

    private long count() {
        return appended.stream().mapToLong(Map::size).sum();
    }

    /** Kills a process that brings its files up to the log, or has just done so. */
    private void killWhileOpening(int delayMs) throws IOException, InterruptedException {
        Process process = start();
        try (BufferedReader output = output(process)) {
            assertThat(output.readLine()).isEqualTo(EngineProcess.OPENING);
            boolean ended = process.waitFor(delayMs, TimeUnit.MILLISECONDS);
            assertThat(ended).isFalse();
            process.toHandle().destroyForcibly();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                take(line);
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EngineProcess.class.getName(),
                        directory.toString(),
                        Long.toString(last + 1))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void runAndKill(int lines) throws IOException, InterruptedException {
        Process process = start();
        try (BufferedReader output = output(process)) {
            String line;
            for (int i = 0; (line = output.readLine()) != null; i++) {
                take(line);
                if (i == lines) {
                    // not Process.destroyForcibly: that closes the output, and there is more to read
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    private void take(String line) {
        String[] words = line.split(" ", -1);
        if (words.length == 4 && words[3].equals(".")) { // else it was cut by the kill
            appended.get(Integer.parseInt(words[0])).put(Long.parseLong(words[1]), Long.parseLong(words[2]));
        }
    }

    private void check(String when) throws IOException {
        try (LocalEngine engine = LocalEngine.open(directory, EngineProcess.options(), Clock.systemUTC())) {
            for (int channel = 0; channel < EngineProcess.CHANNELS; channel++) {
                Map<Long, Long> found = read(engine, channel, when);
                assertThat(found).as("%s channel %s", when, channel).containsAllEntriesOf(appended.get(channel));
            }
        }
    }

    private Map<Long, Long> read(LocalEngine engine, int channel, String when) {
        Map<Long, Long> found = new HashMap<>();
        Position position = Objects.requireNonNull(get(engine.position(channel)));
        long before = 0;
        try (ChannelReader reader = get(engine.read(channel, new ReadStart.Earliest()))) {
            long expected = 1;
            while (expected < position.next()) {
                for (ChannelRecord record : get(reader.read(100, 100_000)).records()) {
                    assertThat(record.seq()).as(when).isEqualTo(expected++);
                    String body = SimNode.text(record.entry().body());
                    long message = Long.parseLong(body.substring(0, body.indexOf(':')));
                    assertThat(message).as("%s: order of %s", when, channel).isGreaterThan(before);
                    before = message;
                    found.put(record.seq(), message);
                    last = Math.max(last, message);
                }
            }
        }
        return found;
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
