package kortex.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import kortex.tensor.StorageException;

/** Turns what the file system says into an error that names the path, the reason and a remedy. */
final class FileFailure {
  private FileFailure() {}

  static StorageException writing(Path file, IOException failure) {
    return new StorageException(
        "cannot write " + file + ": " + reason(failure), remedy(failure), failure);
  }

  static StorageException reading(Path file, IOException failure) {
    return new StorageException(
        "cannot read " + file + ": " + reason(failure), remedy(failure), failure);
  }

  private static String reason(IOException failure) {
    return switch (failure) {
      case AccessDeniedException e -> "no permission";
      case NoSuchFileException e -> "there is no such file";
      case FileSystemException e -> Optional.ofNullable(e.getReason()).orElse(e.toString());
      default -> Optional.ofNullable(failure.getMessage()).orElse(failure.toString());
    };
  }

  private static String remedy(IOException failure) {
    String reason = reason(failure);
    return switch (failure) {
      case AccessDeniedException e -> "Change the permissions of the file and its folder.";
      case NoSuchFileException e -> "Correct the path.";
      case IOException e when reason.contains("No space left") -> "Free some space on the disk.";
      case IOException e when reason.contains("quota") -> "Free some space of your quota.";
      case IOException e when reason.contains("Read-only") -> "Choose a folder on another disk.";
      default -> "Check the disk and the path.";
    };
  }
}
