package io.wkmq.cluster.discovery;

import io.wkmq.cluster.membership.LogLimit;
import io.wkmq.cluster.membership.SeedAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The results of the looks so far: keeps the last answer, counts failures, and logs news; a lasting failure is logged again once in
 * a while. Confined to one thread at a time.
 */
final class Looks {
    private static final Duration REMINDER = Duration.ofMinutes(10);
    private static final int REMARKS_MAX = 20;
    private static final Logger log = LoggerFactory.getLogger(Looks.class);

    private final String strategy;
    private final Clock clock;

    /** With multicast on several nodes, every look may find something else. */
    private final LogLimit logLimit = new LogLimit();

    private long count;
    private @Nullable Instant last;
    private Duration took = Duration.ZERO;
    private @Nullable String failure;
    private long failures;
    private @Nullable Instant lastAnswer;
    private Instant quietUntil = Instant.MIN;
    private Found answer = Found.of(List.of());

    Looks(String strategy, Clock clock) {
        this.strategy = strategy;
        this.clock = clock;
    }

    List<SeedAddress> found() {
        return answer.addresses();
    }

    /** Records an answer; returns true if it has an address that the previous one had not. */
    boolean answered(Found found, Duration duration) {
        seen(duration);
        if (failure != null) {
            log.info("Discovery answers again strategy={} after_failures={}", strategy, failures);
        }
        failure = null;
        failures = 0;
        lastAnswer = last;
        Found bounded = bounded(found);
        Set<SeedAddress> before = new HashSet<>(answer.addresses());
        Set<SeedAddress> now = new HashSet<>(bounded.addresses());
        if (!before.equals(now)) {
            logLimit.log(
                    now, // so that the first look, which finds few, does not suppress the next
                    leftOut -> log.info(
                            "Discovery found nodes strategy={} addresses={} left_out={}",
                            strategy,
                            bounded.addresses(),
                            leftOut));
        }
        if (!bounded.remarks().isEmpty() && !bounded.remarks().equals(answer.remarks())) {
            logLimit.log(
                    "remarks",
                    leftOut -> log.warn(
                            "Discovery remarks strategy={} remarks={} left_out={}",
                            strategy,
                            bounded.remarks(),
                            leftOut));
        }
        answer = bounded;
        return !before.containsAll(now);
    }

    /** Records a failure; the addresses of the last answer stay. */
    void failed(String why, Duration duration) {
        seen(duration);
        failures++;
        Instant now = clock.instant();
        if (!why.equals(failure) || !now.isBefore(quietUntil)) {
            log.warn("Discovery fails, it goes on trying: {} strategy={} failures={}", why, strategy, failures);
            quietUntil = now.plus(REMINDER);
        }
        failure = why;
    }

    DiscoveryReport report(boolean registered, @Nullable String registerFailure, PeersFile peers) {
        return new DiscoveryReport(
                strategy,
                count,
                last,
                took,
                failure,
                failures,
                lastAnswer,
                answer.addresses(),
                answer.remarks(),
                registered,
                registerFailure,
                peers.peers(),
                peers.trouble());
    }

    private void seen(Duration duration) {
        count++;
        last = clock.instant();
        took = duration;
    }

    private static Found bounded(Found found) {
        List<SeedAddress> addresses = List.copyOf(new LinkedHashSet<>(found.addresses()));
        List<String> remarks = new ArrayList<>(
                found.remarks().subList(0, Math.min(REMARKS_MAX, found.remarks().size())));
        if (addresses.size() > Found.ADDRESSES_MAX) {
            remarks.add(addresses.size() + " addresses were found, " + Found.ADDRESSES_MAX + " of them are used");
            addresses = addresses.subList(0, Found.ADDRESSES_MAX);
        }
        return new Found(addresses, remarks);
    }
}
