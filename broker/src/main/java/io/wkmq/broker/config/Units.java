package io.wkmq.broker.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses values in EMQ's notation: {@code 64KB} (1024-based), {@code 1h30m}, {@code 60%}, {@code on}. Pure functions. On an
 * invalid value each throws {@link IllegalArgumentException} that says what was expected; the caller adds the value.
 */
public final class Units {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*(B|KB|MB|GB|TB)?");
    private static final Pattern DURATION_PART = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(ms|s|m|h|d|w)");
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,9})?)\\s*%");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");

    private Units() {}

    static boolean flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "on", "true" -> true;
            case "off", "false" -> false;
            default -> throw expected("on or off");
        };
    }

    /** Parses a whole number. */
    public static long number(String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw expected("a whole number");
        }
        return Long.parseLong(text);
    }

    /** Parses a size in bytes; the unit is optional. */
    public static long bytes(String text) {
        Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw expected("a size, as in 64KB or 8MB");
        }
        String unit = matcher.group(2);
        int shift = unit == null ? 0 : 10 * "BKMGT".indexOf(unit.charAt(0));
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1L << shift));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw expected("a size below 8388608TB");
        }
        return bytes.setScale(0, RoundingMode.HALF_UP).longValueExact();
    }

    /** Parses a duration; only zero may lack a unit. */
    public static Duration duration(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = DURATION_PART.matcher(text.toLowerCase(Locale.ROOT));
        Duration sum = Duration.ZERO;
        int end = 0;
        while (matcher.lookingAt()) {
            sum = sum.plus(part(matcher.group(1), matcher.group(2)));
            end = matcher.end();
            matcher.region(end, text.length());
        }
        if (text.isEmpty() || end != text.length()) {
            throw expected("a duration, as in 500ms, 30s, 5m, 1h30m or 7d");
        }
        return sum;
    }

    private static Duration part(String amount, String unit) {
        long unitMs = switch (unit) {
            case "ms" -> 1L;
            case "s" -> 1000L;
            case "m" -> 60_000L;
            case "h" -> 3_600_000L;
            case "d" -> 86_400_000L;
            case "w" -> 604_800_000L;
            default -> throw new IllegalStateException("unit " + unit + " is in the pattern but has no length");
        };
        BigDecimal ms = new BigDecimal(amount).multiply(BigDecimal.valueOf(unitMs));
        if (ms.compareTo(BigDecimal.valueOf(Long.MAX_VALUE / 4)) > 0) {
            throw expected("a shorter duration");
        }
        return Duration.ofMillis(ms.setScale(0, RoundingMode.HALF_UP).longValueExact());
    }

    /** Parses a percentage from {@code 0%} to {@code 100%} and returns it as a fraction from 0 to 1. */
    static double percent(String text) {
        Matcher matcher = PERCENT.matcher(text);
        if (!matcher.matches()) {
            throw expected("a percentage, as in 80%");
        }
        return Double.parseDouble(matcher.group(1)) / 100;
    }

    /** Formats a duration in the configuration's notation. */
    public static String show(Duration duration) {
        long ms;
        try {
            ms = duration.toMillis();
        } catch (ArithmeticException | DateTimeException tooLong) {
            return duration.toString();
        }
        if (ms == 0) {
            return "0";
        }
        long[] lengths = {604_800_000L, 86_400_000L, 3_600_000L, 60_000L, 1000L};
        String[] units = {"w", "d", "h", "m", "s"};
        for (int i = 0; i < lengths.length; i++) {
            if (ms % lengths[i] == 0) {
                return ms / lengths[i] + units[i];
            }
        }
        return ms + "ms";
    }

    /** Formats a size in the configuration's notation. */
    public static String show(long bytes) {
        for (int shift = 40; shift > 0; shift -= 10) {
            if (bytes != 0 && bytes % (1L << shift) == 0) {
                return (bytes >> shift) + "" + "BKMGT".charAt(shift / 10) + "B";
            }
        }
        return bytes + "B";
    }

    private static IllegalArgumentException expected(String what) {
        return new IllegalArgumentException("expected " + what);
    }
}
