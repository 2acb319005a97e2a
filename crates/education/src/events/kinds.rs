//! Kinds of events, forms of curator hours, aims.

use sheber_kernel::words;

words! {
    /// What an event is, by the section that asks for it.
    Kind {
        /// Кураторлық сағат (1.1, 14.9).
        CuratorHour = "curator_hour",
        Debate = "debate",
        DevelopmentDay = "development_day",
        /// Against drugs and electronic cigarettes (14.3).
        HealthyLife = "healthy_life",
        /// Bullying, suicide, cybercrime and the other topics of 14.8.
        Prevention = "prevention",
        LeagueStage = "league_stage",
        Sport = "sport",
        Contest = "contest",
        Quiz = "quiz",
        Quest = "quest",
        FlashMob = "flash_mob",
        BookCrossing = "book_crossing",
        Startup = "startup",
        Podcast = "podcast",
        Newspaper = "newspaper",
        Talk = "talk",
        Meeting = "meeting",
        Charity = "charity",
        Excursion = "excursion",
        PartnerProject = "partner_project",
        InformationWork = "information_work",
        CareerGuidance = "career_guidance",
        ExpertTraining = "expert_training",
        Championship = "championship",
        ItSeminar = "it_seminar",
        Forum = "forum",
        Other = "other",
    }
}

/// The item of the guidance that asks for such events.
impl Kind {
    pub const fn item(self) -> &'static str {
        match self {
            Self::CuratorHour => "14.9",
            Self::Debate | Self::DevelopmentDay => "14.6",
            Self::HealthyLife | Self::LeagueStage | Self::Sport => "14.3",
            Self::Prevention => "14.8",
            Self::Contest => "14.7",
            Self::Quiz | Self::Quest | Self::FlashMob | Self::BookCrossing => "14.2",
            Self::Startup
            | Self::Podcast
            | Self::Newspaper
            | Self::Talk
            | Self::Meeting
            | Self::Charity
            | Self::Excursion
            | Self::PartnerProject
            | Self::Other => "14.4",
            Self::InformationWork => "8.6",
            Self::CareerGuidance | Self::ExpertTraining | Self::Championship => "11.4",
            Self::ItSeminar => "6.7",
            Self::Forum => "13.1",
        }
    }

    /// Whether organisations above the colleges hold such events, too.
    pub const fn is_for_offices(self) -> bool {
        matches!(
            self,
            Self::InformationWork
                | Self::CareerGuidance
                | Self::Championship
                | Self::ItSeminar
                | Self::Forum
                | Self::Other
        )
    }
}
