package io.wkmq.broker;

/** Which wkmq this is. */
public final class Version {
    private Version() {}

    /** The version of the jar this class is in; {@code development} if it is in none. */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
