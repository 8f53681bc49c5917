/// From names on the command line to the inputs they mean.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/base/status.h"
#include "flowlake/store/open_store.h"

namespace flowlake {

struct FetchedObject;

/// Where an object is, and which content a listing found there.
struct StoredObject {
  std::shared_ptr<Store> store;  ///< nullptr: it is no object
  std::string path;              ///< in the store
  std::string etag;
  std::shared_ptr<FetchedObject> fetched;  ///< its content, if it is under way
};

/// What whoever handed an input over knows of where its records come from.
struct Origin {
  std::string log_group{};  ///< of CloudWatch Logs
  std::string stream{};     ///< ARN of a Kinesis or Firehose stream
  std::map<std::string, std::string> attributes{};  ///< Firehose's common attributes
};

/// Bytes that were handed over, not named: an event, a request's body.
struct Delivery {
  std::shared_ptr<const std::string> content;  ///< nullptr: it is no delivery
  /// What the sender calls it whenever it sends it: "firehose:<request id>". That is
  /// then by what it is known, else its content is.
  std::string id;
  Date arrival = 0;  ///< UTC
};

/// What is known of whoever writes a file.
enum class FileWriter {
  kDone,   ///< nothing else: all that the file has is read
  kQuiet,  ///< it may go on: of text, whole records alone are taken
  kBusy,   ///< it is at work: likewise, and other formats must wait
};

/// One file, object or delivery with log records.
struct Input {
  std::string name;   ///< as it is opened and shown: a path, a URI, or "-" for stdin
  int64_t bytes = 0;  ///< as stored (compressed); -1 if unknown
  /// Stdin, a pipe (`<(zcat …)`) or a device: can be read once, from front to back.
  bool is_stream = false;
  FileWriter writer = FileWriter::kDone;
  /// The folder in which the file was found and which it must be read in, without
  /// following a link; empty: the name is opened as it is.
  std::string within{};
  StoredObject object;  ///< of "s3://…"
  Delivery delivery;
  Origin origin;
  /// Read from AWS's file name or key layout, where it has one.
  std::optional<Date> date;
  std::string account;
  std::string region;

  /// Whether the key of old programs is to be made of its content (base/input_keys.h);
  /// never of objects and deliveries, whose keys are made of their names.
  bool wants_old_key = true;

  bool is_object() const { return object.store != nullptr; }
  bool is_delivery() const { return delivery.content != nullptr; }
};

/// The input that `delivery` is; `name` is for messages and for the rules of formats.
Input DeliveredInput(std::string name, Delivery delivery, Origin origin = {});

/// Restricts folders that have AWS's key layout, plain or Hive-style:
///   [AWSLogs/][<organisation>/]<account>/vpcflowlogs/<region>/YYYY/MM/DD/[HH/]
///   aws-account-id=<a>/aws-service=…/aws-region=<r>/year=YYYY/month=MM/day=DD/[hour=HH/]
/// Only the matching folders are visited. Empty members restrict nothing.
struct Selection {
  std::optional<Date> from;  ///< inclusive
  std::optional<Date> to;    ///< inclusive
  std::vector<std::string> accounts;
  std::vector<std::string> regions;
  /// False for folders into which somebody less trusted writes: a link in them could name
  /// any file that this process can read. Whoever lists them by hand knows their links.
  bool follows_links = true;
};

struct Listing {
  std::vector<Input> inputs;
  /// Names that say that they are no logs (source/exclusion.h): files, and folders for
  /// all that is in them.
  std::set<std::string> no_logs;
  /// Links that were not followed.
  std::set<std::string> links;
};

/// Files and pipes as they are, folders recursively (without hidden files, "_"-folders,
/// lakes and other Delta tables), globs (*, ?, [a-z], **), "-" for stdin; "s3://bucket/…"
/// likewise (source/object_listing.h). Sorted by name within an argument, each input
/// once. The selection holds for all of them. A path or glob that names nothing, a lake,
/// or a folder that cannot be read, is an error that names it. Not an error: a folder
/// without inputs, or without one in the selection. `open` gives the store of
/// "s3://bucket".
using StoreOpener = std::function<Result<std::shared_ptr<Store>>(const std::string&)>;
Result<Listing> ListInputs(const std::vector<std::string>& arguments,
                           const Selection& selection,
                           const StoreOpener& open = OpenLogStore);

/// What AWS's layouts and file names say about `path`: date, account, region.
Input DescribePath(const std::string& path);

}  // namespace flowlake
